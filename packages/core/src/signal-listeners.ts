import process from 'node:process'

export type SignalListener = (signal: NodeJS.Signals) => void

/** Registered, as another installed copy of this package may have a shutdown of its own. */
const OURS: unique symbol = Symbol.for('leasehold.shutdown.listener')

/** Marks a listener as a shutdown's, so that two of them do not take each other for the program. */
export function markAsOurs(listener: SignalListener): SignalListener {
  return Object.defineProperty(listener, OURS, { value: true })
}

export function isOurs(listener: unknown): boolean {
  return (listener as { [OURS]?: unknown })[OURS] === true
}

/** Whether anybody listens to `signal` who may keep the process from dying of it: not us, nor signal-exit. */
export function hasOtherListener(signal: NodeJS.Signals): boolean {
  const others = process.listeners(signal).filter(listener => !isOurs(listener))
  return others.length > signalExitListeners()
}

interface CountingEmitter {
  readonly count?: unknown
}

/**
 * How many listeners of each signal are signal-exit's (in most programs, below some dependency). It only watches:
 * alone with its like, of version 3 or 4, it removes itself and raises the signal again, and to be told apart it
 * counts itself in these two places.
 */
function signalExitListeners(): number {
  // eslint-disable-next-line no-underscore-dangle -- signal-exit's own name
  const version3 = (process as { __signal_exit_emitter__?: CountingEmitter }).__signal_exit_emitter__
  const version4 = (globalThis as { [SIGNAL_EXIT_4]?: CountingEmitter })[SIGNAL_EXIT_4]
  return [version3, version4].reduce(
    (sum, emitter) => sum + (typeof emitter?.count === 'number' ? emitter.count : 0),
    0,
  )
}

const SIGNAL_EXIT_4: unique symbol = Symbol.for('signal-exit emitter')
