import process from 'node:process'

export type SignalListener = (signal: NodeJS.Signals) => void

/**
 * What a listener of ours is there for: `shutdown` raises the signal again when it is done, `watcher` leaves what
 * becomes of the process to others.
 */
export type SignalRole = 'shutdown' | 'watcher'

/** Registered, as another installed copy of this package may have listeners of its own. */
const ROLE: unique symbol = Symbol.for('leasehold.signal.role')

/** Marks a listener as ours, so that no other of ours takes it for the program's. @returns the listener */
export function markSignalListener(listener: SignalListener, role: SignalRole): SignalListener {
  return Object.defineProperty(listener, ROLE, { value: role })
}

/** Who listens to `signal` now. */
export interface SignalListeners {
  /** Shutdowns ({@link installShutdown}), which raise the signal again. */
  readonly shutdowns: number
  /** The program's own, which may keep the process from dying of it. Not those of signal-exit: they only watch. */
  readonly programs: number
}

/** Counts those who decide what `signal` does to the process. */
export function signalListeners(signal: NodeJS.Signals): SignalListeners {
  const roles = process.listeners(signal).map(listener => (listener as { [ROLE]?: SignalRole })[ROLE])
  return {
    shutdowns: roles.filter(role => role === 'shutdown').length,
    programs: Math.max(0, roles.filter(role => role === undefined).length - signalExitListeners()),
  }
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
