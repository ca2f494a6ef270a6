import { constants } from 'node:os'
import * as v from 'valibot'
import { nextTurn, processClock, type TimerHandle } from './clock.ts'
import { describeError } from './foreign-value.ts'
import { openShutdowns } from './open-shutdowns.ts'
import { callback, checkOptions, millis, rule, type OptionSchema } from './option-check.ts'
import { ResourceRegistry } from './registry.ts'
import { forceAll } from './registry-internals.ts'
import { registryRule } from './scope.ts'
import { flushAll } from './shutdown-flush.ts'
import { markSignalListener, signalListeners, type SignalListener } from './signal-listeners.ts'
import { warnOnce } from './warning.ts'

export interface ShutdownOptions {
  /** Default {@link ResourceRegistry.default}. */
  registry?: ResourceRegistry | undefined
  /** For the drain, which forces what is left. Default 10,000. */
  timeoutMillis?: number | undefined
  /** For all flushes together, and again for leases that they took. Default 3,000. */
  flushTimeoutMillis?: number | undefined
  /** Default `['SIGTERM', 'SIGINT']`. SIGKILL and SIGSTOP are refused: no process can listen to them. */
  signals?: NodeJS.Signals[] | undefined
  /** Awaited before the drain, at most `timeoutMillis`: stop taking work, close the server. */
  beforeDrain?: (() => unknown) | undefined
  /** Awaited after the drain, beside the exporters' own. */
  flush?: (() => unknown) | undefined
}

const schema: OptionSchema = v.strictObject({
  registry: v.optional(registryRule),
  timeoutMillis: v.optional(millis),
  flushTimeoutMillis: v.optional(millis),
  signals: v.optional(
    rule(
      'an array of names of signals that a process can listen to',
      s => Array.isArray(s) && s.every(isCatchable),
    ),
  ),
  beforeDrain: v.optional(callback),
  flush: v.optional(callback),
})

function isCatchable(name: unknown): boolean {
  return (
    typeof name === 'string' &&
    Object.hasOwn(constants.signals, name) &&
    name !== 'SIGKILL' &&
    name !== 'SIGSTOP'
  )
}

/**
 * Sees to it that the process does not end with leases held: on a signal, and when the event loop runs empty,
 * it drains the registry and flushes telemetry; on `exit`, so after `process.exit` and an uncaught error too,
 * it forces synchronously what is left. Leases taken meanwhile, by a cleanup or a flush, are drained as well.
 *
 * The exit code stays as it is. A signal is raised again once all is done, unless the program had a listener of
 * its own for it (signal-exit's do not count: they only watch); then the next signal finds it ready again. A second
 * signal during a drain forces at once. As the first
 * process of a container, which no signal ends by default, it exits with 128 and the signal's number.
 *
 * @returns removes all of it again
 * @throws ConfigError for an option that is unknown or wrong
 */
export function installShutdown(options: ShutdownOptions = {}): Disposable {
  checkOptions('installShutdown', schema, options)
  const shutdown = new Shutdown(options)
  shutdown.install()
  return shutdown
}

/** How often leases that came during a drain get one of their own: cleanups that take leases must not go on for ever. */
const MAX_DRAINS = 10

class Shutdown implements Disposable {
  readonly #options: ShutdownOptions
  readonly #registry: ResourceRegistry
  readonly #signals: ReadonlySet<NodeJS.Signals>
  #running: Promise<void> | undefined
  #isSignalled: boolean = false
  /** Whether a listener of the program's saw the signal, and decides what it does to the process. */
  #isLeftToProgram: boolean = false
  #timesEmpty: number = 0

  constructor(options: ShutdownOptions) {
    this.#options = options
    this.#registry = options.registry ?? ResourceRegistry.default
    this.#signals = new Set(options.signals ?? ['SIGTERM', 'SIGINT'])
  }

  install(): void {
    // Before the program's own, as one added by `once` is gone when it has been called.
    for (const signal of this.#signals) process.prependListener(signal, this.#onSignal)
    process.on('beforeExit', this.#onEmpty)
    // Before the program's own: one of those that throws would keep ours from being called.
    process.prependListener('exit', this.#onExit)
  }

  [Symbol.dispose](): void {
    for (const signal of this.#signals) process.off(signal, this.#onSignal)
    process.off('beforeExit', this.#onEmpty)
    process.off('exit', this.#onExit)
  }

  readonly #onSignal: SignalListener = markSignalListener(signal => {
    openShutdowns().add(this)
    this.#isLeftToProgram = signalListeners(signal).programs > 0
    if (this.#isSignalled) {
      // The second: whoever sends it does not want to wait.
      this.#end(signal)
      return
    }
    this.#isSignalled = true
    // One that has begun as the loop was empty goes on, and ends the same way.
    const running = (this.#running ?? this.#shutDown()).then(() => {
      if (this.#running === running) this.#end(signal)
    })
    this.#running = running
  }, 'shutdown')

  #end(signal: NodeJS.Signals): void {
    forceAll(this.#registry)
    this.#running = undefined
    this.#isSignalled = false
    openShutdowns().delete(this)
    // A listener of the program's has it in hand, and may go on until it is sent another.
    if (!this.#isLeftToProgram) this.#raise(signal)
  }

  /** The loop is empty; a drain fills it again, and Node asks once more, until no lease is held. */
  readonly #onEmpty = (): void => {
    if (this.#running !== undefined || this.#timesEmpty === MAX_DRAINS) return
    const { live, releasing } = this.#registry.stats()
    if (this.#timesEmpty > 0 && live + releasing === 0) return
    this.#timesEmpty++
    const running = this.#shutDown().then(() => {
      if (this.#running === running) this.#running = undefined
    })
    this.#running = running
  }

  readonly #onExit = (): void => {
    forceAll(this.#registry)
  }

  async #shutDown(): Promise<void> {
    const { timeoutMillis = 10_000, flushTimeoutMillis = 3_000, beforeDrain, flush } = this.#options
    await within(timeoutMillis, beforeDrain, 'beforeDrain')
    await this.#drain(timeoutMillis)
    await within(flushTimeoutMillis, () => flushAll(flush), 'flush')
    // What the flush has taken itself and not given back.
    if (this.#registry.stats().live > 0) await this.#drain(flushTimeoutMillis)
    // A process warning is told on the next turn: without one, what went wrong here would never be.
    await new Promise(resolve => nextTurn(resolve))
  }

  /** Those after the first are for leases that came during it; together they have `timeoutMillis`. */
  async #drain(timeoutMillis: number): Promise<void> {
    const until = processClock.now() + timeoutMillis
    for (let drains = 0; drains < MAX_DRAINS; drains++) {
      const left = Math.max(0, until - processClock.now())
      await this.#registry.drain({ timeoutMillis: left, force: true })
      if (this.#registry.stats().live === 0) return
    }
  }

  /** As if we had never listened: the default action. */
  #raise(signal: NodeJS.Signals): void {
    this[Symbol.dispose]()
    process.prependListener('exit', this.#onExit)
    // Another shutdown, of another registry, is not done yet: the last one raises.
    if (openShutdowns().size > 0) return
    // The kernel spares the first process of a container every signal that it does not handle.
    if (process.pid === 1) process.exit(128 + constants.signals[signal])
    process.kill(process.pid, signal)
  }
}

/** Waits for `fn`, but not longer than `timeoutMillis`; what it throws is reported, never passed on. */
async function within(timeoutMillis: number, fn: (() => unknown) | undefined, what: string): Promise<void> {
  if (fn === undefined) return
  let timer: TimerHandle
  const timeout = new Promise<void>(resolve => {
    timer = processClock.setTimeout(() => {
      warnOnce(
        `shutdown:${what}`,
        `shutdown: ${what} took longer than ${timeoutMillis} ms and is not waited for`,
      )
      resolve()
    }, timeoutMillis)
  })
  const work = (async () => fn())().then(
    () => {},
    (error: unknown) => warnOnce(`shutdown:${what}`, `shutdown: ${what} failed: ${describeError(error)}`),
  )
  await Promise.race([work, timeout])
  processClock.clearTimeout(timer)
}
