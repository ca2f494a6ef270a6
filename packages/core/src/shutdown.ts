import { constants } from 'node:os'
import * as v from 'valibot'
import { describeError } from './foreign-value.ts'
import { callback, checkOptions, millis, rule, type OptionSchema } from './option-check.ts'
import { ResourceRegistry } from './registry.ts'
import { forceAll } from './registry-internals.ts'
import { registryRule } from './scope.ts'
import { flushAll } from './shutdown-flush.ts'
import { warnOnce } from './warning.ts'

export interface ShutdownOptions {
  /** Default {@link ResourceRegistry.default}. */
  registry?: ResourceRegistry | undefined
  /** For the drain, which forces what is left. Default 10,000. */
  timeoutMillis?: number | undefined
  /** For all flushes together. Default 3,000. */
  flushTimeoutMillis?: number | undefined
  /** Default `['SIGTERM', 'SIGINT']`. */
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
      'an array of names of signals',
      s => Array.isArray(s) && s.every(name => typeof name === 'string' && /^SIG[A-Z0-9]+$/.test(name)),
    ),
  ),
  beforeDrain: v.optional(callback),
  flush: v.optional(callback),
})

/**
 * Sees to it that the process does not end with leases held: on a signal, and when the event loop runs empty,
 * it drains the registry and flushes telemetry; on `exit`, so after `process.exit` and an uncaught error too,
 * it forces synchronously what is left. The exit code stays as it is; a signal is raised again once all is
 * done, unless the program has a listener of its own for it. A second signal forces at once. As the first process of
 * a container, which no signal ends by default, it exits with 128 and the signal's number.
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

class Shutdown implements Disposable {
  readonly #options: ShutdownOptions
  readonly #registry: ResourceRegistry
  readonly #signals: readonly NodeJS.Signals[]
  #running: Promise<void> | undefined
  /** How many leases there had been at the last drain. */
  #drainedAt: number = -1

  constructor(options: ShutdownOptions) {
    this.#options = options
    this.#registry = options.registry ?? ResourceRegistry.default
    this.#signals = options.signals ?? ['SIGTERM', 'SIGINT']
  }

  install(): void {
    for (const signal of this.#signals) process.on(signal, this.#onSignal)
    process.on('beforeExit', this.#onEmpty)
    process.on('exit', this.#onExit)
  }

  [Symbol.dispose](): void {
    for (const signal of this.#signals) process.off(signal, this.#onSignal)
    process.off('beforeExit', this.#onEmpty)
    process.off('exit', this.#onExit)
  }

  readonly #onSignal = (signal: NodeJS.Signals): void => {
    if (this.#running !== undefined) {
      // The second: whoever sends it does not want to wait.
      forceAll(this.#registry)
      this.#raise(signal)
      return
    }
    this.#running = this.#shutDown().then(() => {
      forceAll(this.#registry)
      this.#raise(signal)
    })
  }

  /** The loop is empty; a drain fills it again, and Node asks once more, until no lease is new. */
  readonly #onEmpty = (): void => {
    if (this.#running !== undefined) return
    const { acquired } = this.#registry.stats()
    if (acquired === this.#drainedAt) return
    this.#drainedAt = acquired
    this.#running = this.#shutDown().then(() => {
      this.#running = undefined
    })
  }

  readonly #onExit = (): void => {
    forceAll(this.#registry)
  }

  async #shutDown(): Promise<void> {
    const { timeoutMillis = 10_000, flushTimeoutMillis = 3_000, beforeDrain, flush } = this.#options
    await within(timeoutMillis, beforeDrain, 'beforeDrain')
    await this.#registry.drain({ timeoutMillis, force: true })
    await within(flushTimeoutMillis, () => flushAll(flush), 'flush')
    // A process warning is told on the next turn: without one, what went wrong here would never be.
    await new Promise(resolve => nextTurn(resolve))
  }

  /** As if we had never listened: the default action, or the program's own listener, which has run already. */
  #raise(signal: NodeJS.Signals): void {
    this[Symbol.dispose]()
    process.on('exit', this.#onExit)
    if (process.listenerCount(signal) > 0) return
    // The kernel spares the first process of a container every signal that it does not handle.
    if (process.pid === 1) process.exit(128 + constants.signals[signal])
    process.kill(process.pid, signal)
  }
}

/** Kept from load, as the clock is. */
const nextTurn = setImmediate

/** Waits for `fn`, but not longer than `timeoutMillis`; what it throws is reported, never passed on. */
async function within(timeoutMillis: number, fn: (() => unknown) | undefined, what: string): Promise<void> {
  if (fn === undefined) return
  let timer: NodeJS.Timeout | undefined
  const timeout = new Promise<void>(resolve => {
    timer = setTimeout(() => {
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
  clearTimeout(timer)
}
