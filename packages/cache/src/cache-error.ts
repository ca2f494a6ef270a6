import { LeaseholdError, type ErrorCode } from '@leasehold/core'

export type CacheErrorCode = Extract<ErrorCode, `ERR_CACHE_${string}`>

/** Any error of a cache's own; `docs/errors.md` lists the codes and which fields each has. */
export class CacheError extends LeaseholdError {
  /** The cache's name. */
  declare readonly cache: string
  /** Of `ERR_CACHE_LOAD_TIMEOUT`. */
  declare readonly elapsedMillis?: number

  constructor(code: CacheErrorCode, message: string, fields: { cache: string } & object) {
    super(code, message, { ...fields })
  }
}
// On the prototype, as the platform's own errors have it.
Object.defineProperty(CacheError.prototype, 'name', {
  value: 'CacheError',
  configurable: true,
  writable: true,
})

/** The errors of one cache. */
export class CacheErrors {
  readonly #name: string
  readonly #owner: string

  constructor(name: string, owner: string) {
    this.#name = name
    this.#owner = owner
  }

  closed(): CacheError {
    return new CacheError('ERR_CACHE_CLOSED', `${this.#owner} is closed`, { cache: this.#name })
  }

  /** @param latest what the attempt before has failed with, if there was one */
  loadTimeout(elapsedMillis: number, latest: { cause?: unknown }): CacheError {
    const message = `${this.#owner}: load timed out after ${Math.round(elapsedMillis)} ms`
    const fields = { cache: this.#name, elapsedMillis, ...latest }
    return new CacheError('ERR_CACHE_LOAD_TIMEOUT', message, fields)
  }
}
