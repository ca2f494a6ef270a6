import { context, type Context } from '@opentelemetry/api'
import { currentRequest, withinRequest, type TrackOptions } from '@leasehold/core'
import type { PoolFrame } from './pool-frame.ts'
import { bindLease, PoolLease } from './pool-lease.ts'
import type { Resource } from './resource.ts'
import type { Waiter } from './waiter.ts'

/** Hands resources out. */
export class Loans<T> {
  readonly #frame: PoolFrame<T>
  readonly #anyLoan: TrackOptions<T>

  constructor(frame: PoolFrame<T>) {
    this.#frame = frame
    this.#anyLoan = frame.returns.anyLoan
  }

  /** To be taken when a loan is asked for, and may have to be waited for. */
  acquiringStack(now: number): string | false {
    return this.#frame.registry.acquiringStack(this.#anyLoan, now)
  }

  /** From the idle ones; nobody else can have it then. */
  takeIdle(resource: Resource<T>): void {
    const { idle, store } = this.#frame
    idle.remove(resource)
    if (resource.isStored) {
      resource.isStored = false
      store.take(resource)
    }
  }

  /** To whoever is current, who has not waited. @param current the context, where that is known */
  lendAtOnce(resource: Resource<T>, current: Context | undefined): PoolLease<T> {
    const lease = this.#lend(resource, current)
    const { events, telemetry } = this.#frame
    telemetry.served()
    if (events.lists.acquire.length > 0) events.emit('acquire', { type: 'acquire', waitMillis: 0 })
    return lease
  }

  /** In the waiter's context, not that of whoever has just released. */
  lendTo(waiter: Waiter<T>, resource: Resource<T>): PoolLease<T> {
    const isTheirs = waiter.context === context.active()
    if (isTheirs && waiter.request === currentRequest()) return this.#lendAfterWait(waiter, resource)
    return withinRequest(waiter.request, () =>
      isTheirs
        ? this.#lendAfterWait(waiter, resource)
        : context.with(waiter.context, () => this.#lendAfterWait(waiter, resource)),
    )
  }

  #lendAfterWait(waiter: Waiter<T>, resource: Resource<T>): PoolLease<T> {
    const lease = this.#lend(resource, waiter.context, waiter.stack)
    const { registry, clock, events, telemetry } = this.#frame
    // A clock costs as much as a promise: the registry has just looked at it.
    const now = registry.clock === clock ? resource.loan!.acquiredAt : clock.now()
    const waitMillis = now - waiter.enqueuedAt
    telemetry.waited(waitMillis)
    if (events.lists.acquire.length > 0) events.emit('acquire', { type: 'acquire', waitMillis })
    return lease
  }

  #lend(resource: Resource<T>, current: Context | undefined, stack?: string | false): PoolLease<T> {
    const { registry, telemetry, clock } = this.#frame
    this.#frame.move(resource, 'borrowed')
    resource.isFresh = false
    if (telemetry.isFallback) resource.lentAt = clock.now()
    const lease = registry.track<T, PoolLease<T>>(
      resource.value,
      resource.loanOptions,
      PoolLease,
      current,
      stack,
    )
    bindLease(lease, resource)
    return lease
  }
}
