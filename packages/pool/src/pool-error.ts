import { LeaseholdError, type ErrorCode } from '@leasehold/core'
import type { PoolStatus } from './pool-status.ts'

/** What took too long. */
export type PoolPhase = 'wait' | 'create' | 'validate' | 'reset' | 'destroy'

export type PoolErrorCode = Extract<ErrorCode, `ERR_POOL_${string}`>

/** Any error of a pool's own; `docs/errors.md` lists the codes and which fields each has. */
export class PoolError extends LeaseholdError {
  /** The pool's name. */
  declare readonly pool: string
  /** The pool at that moment. */
  declare readonly status: PoolStatus
  /** Of `ERR_POOL_TIMEOUT`. */
  declare readonly phase?: PoolPhase
  /** Of `ERR_POOL_TIMEOUT`. */
  declare readonly elapsedMillis?: number
  /** Of `ERR_POOL_BREAKER_OPEN`. */
  declare readonly retryAfterMillis?: number

  constructor(code: PoolErrorCode, message: string, fields: { pool: string; status: PoolStatus } & object) {
    super(code, message, { ...fields })
  }
}
// On the prototype, as the platform's own errors have it.
Object.defineProperty(PoolError.prototype, 'name', {
  value: 'PoolError',
  configurable: true,
  writable: true,
})

/** What an acquire waits for in each phase, as its error says it. */
const DOING: Readonly<Record<PoolPhase, string>> = {
  wait: 'waiting for a resource',
  create: 'creating a resource',
  validate: 'validating a resource',
  reset: 'resetting a resource',
  destroy: 'destroying a resource',
}

/** The errors of one pool. */
export class PoolErrors {
  readonly #name: string
  readonly #owner: string
  readonly #status: () => PoolStatus

  constructor(name: string, owner: string, status: () => PoolStatus) {
    this.#name = name
    this.#owner = owner
    this.#status = status
  }

  acquireTimeout(phase: PoolPhase, elapsedMillis: number, because: { cause?: unknown }): PoolError {
    const status = this.#status()
    const { borrowed, max, idle, creating, waiting } = status
    const now = `${borrowed} of ${max} borrowed, ${idle} idle, ${creating} creating, ${waiting} waiting`
    const message = `${this.#owner}: acquire timed out after ${Math.round(elapsedMillis)} ms ${DOING[phase]} (${now})`
    return this.#error('ERR_POOL_TIMEOUT', message, { phase, elapsedMillis, status, ...because })
  }

  callTimeout(phase: PoolPhase, elapsedMillis: number): PoolError {
    const message = `${this.#owner}: ${phase} timed out after ${Math.round(elapsedMillis)} ms`
    return this.#error('ERR_POOL_TIMEOUT', message, { phase, elapsedMillis })
  }

  queueFull(limit: number): PoolError {
    return this.#error(
      'ERR_POOL_QUEUE_FULL',
      `${this.#owner}: ${limit} wait already, and maxWaitingClients is ${limit}`,
    )
  }

  draining(): PoolError {
    return this.#error('ERR_POOL_DRAINING', `${this.#owner} is draining`)
  }

  breakerOpen(retryAfterMillis: number, because: { cause?: unknown }): PoolError {
    const message = `${this.#owner}: create fails; the breaker lets the next one through in ${Math.round(retryAfterMillis)} ms`
    return this.#error('ERR_POOL_BREAKER_OPEN', message, { retryAfterMillis, ...because })
  }

  notOwned(): PoolError {
    return this.#error('ERR_POOL_NOT_OWNED', `${this.#owner}: what was released is not borrowed from it`)
  }

  #error(code: PoolErrorCode, message: string, fields: object = {}): PoolError {
    return new PoolError(code, message, { pool: this.#name, status: this.#status(), ...fields })
  }
}
