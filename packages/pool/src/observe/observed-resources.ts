import { isLeaseholdError, type TrackOptions } from '@leasehold/core'
import type { IdentitySettings } from '../pool-identity.ts'
import { SPAN_POOL_DESTROY } from '../telemetry/names.generated.ts'
import type { PoolTelemetry } from '../telemetry/pool-telemetry.ts'
import type { ForeignBooks, ForeignResource, Observable } from './foreign-pool.ts'
import { ObservedLease } from './observed-lease.ts'

/** The longest that a timer can wait. */
const MAX_TIMER_MILLIS = 2 ** 31 - 1

/** The resources of an observed pool, by generic-pool's own records of them: values may be equal, or no objects. */
export class ObservedResources {
  /** How many `destroy` is under way for. */
  destroying: number = 0
  readonly #books: ForeignBooks
  readonly #settings: IdentitySettings
  readonly #telemetry: PoolTelemetry
  readonly #leases: Map<ForeignResource, ObservedLease> = new Map()
  readonly #terms: Omit<TrackOptions<unknown>, 'cleanup'>

  constructor(books: ForeignBooks, settings: IdentitySettings, telemetry: PoolTelemetry) {
    this.#books = books
    this.#settings = settings
    this.#telemetry = telemetry
    const { destroyTimeoutMillis: limit } = books.config
    const isLimited = typeof limit === 'number' && limit > 0 && limit <= MAX_TIMER_MILLIS
    this.#terms = {
      kind: 'pool.resource',
      name: settings.name,
      span: SPAN_POOL_DESTROY,
      leakThresholdMillis: false,
      ...(isLimited ? { timeoutMillis: limit } : {}),
      telemetry: settings.telemetry,
    }
  }

  born(resource: ForeignResource): void {
    const { registry } = this.#settings
    const track = (cleanup: () => unknown) => registry.track(resource.obj, { ...this.#terms, cleanup })
    this.#leases.set(resource, new ObservedLease(track))
  }

  /**
   * The pool destroys it. What has been destroyed before, and lent again after a `clear()`, has no lease any more.
   *
   * @param destroy calls the factory's own; what that throws or gives is given on
   * @param over called when that has ended, or has taken too long
   */
  destroyed(resource: ForeignResource | undefined, destroy: () => unknown, over: () => void): unknown {
    const lease = resource === undefined ? undefined : this.#leases.get(resource)
    if (lease === undefined) return destroy()
    this.#leases.delete(resource!)
    let threw: { readonly error: unknown } | undefined
    let promise: Observable | undefined
    this.destroying++
    const ended = (error?: unknown): void => {
      this.destroying--
      if (isLeaseholdError(error) && error.code === 'ERR_CLEANUP_TIMEOUT') this.#telemetry.timedOut('destroy')
      over()
    }
    const released = lease.end(() => {
      try {
        return (promise = this.#books.promises.resolve(destroy()))
      } catch (error) {
        threw = { error }
        return Promise.reject(error)
      }
    })
    void released.then(() => ended(), ended)
    if (threw !== undefined) throw threw.error
    return promise
  }
}
