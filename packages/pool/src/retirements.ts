import { inBackground, isLeaseholdError, type Lease } from '@leasehold/core'
import type { DestroyReason } from './pool-events.ts'
import type { PoolFrame } from './pool-frame.ts'
import type { Resource } from './resource.ts'
import { SPAN_POOL_DESTROY } from './telemetry/names.generated.ts'

/**
 * The end of resources: the cleanup of the lease `pool.resource`. Core calls `destroy`, times it, aborts and quarantines
 * it; a slot is free when that is over, and not before: what is being destroyed still exists.
 */
export class Retirements<T> {
  readonly #frame: PoolFrame<T>

  constructor(frame: PoolFrame<T>) {
    this.#frame = frame
  }

  /** Takes what was created into the accounts. Without a resource it never was the pool's. */
  track(value: T, resource: Resource<T> | undefined): Lease<T> {
    const { registry, settings, factory } = this.#frame
    const { name, destroyTimeoutMillis, telemetry } = settings
    const { destroy } = factory
    return registry.track(value, {
      kind: 'pool.resource',
      name,
      cleanup: (ended, signal) => {
        if (resource !== undefined) this.#endedElsewhere(resource)
        return destroy(ended, signal)
      },
      timeoutMillis: destroyTimeoutMillis,
      leakThresholdMillis: false,
      span: SPAN_POOL_DESTROY,
      telemetry,
    })
  }

  /** Destroys a resource that nobody uses. Resolves when that is over, or was given up. Never rejects. */
  retire(resource: Resource<T>, reason: DestroyReason): Promise<void> {
    if (resource.destroyed !== undefined) return resource.destroyed
    const { idle, store } = this.#frame
    if (resource.state === 'idle') {
      idle.remove(resource)
      if (resource.isStored) store.take(resource)
      resource.isStored = false
    }
    this.#frame.move(resource, 'destroying')
    store.remove(resource)
    return (resource.destroyed = this.#destroy(resource.lease!, reason).then(() => {
      this.#frame.move(resource, 'gone')
      this.#frame.all.delete(resource)
      resource.value = undefined as T
      this.#frame.changed()
    }))
  }

  /** Destroys what never had a slot. */
  reap(value: T): void {
    void this.#destroy(this.track(value, undefined), 'late')
  }

  async #destroy(lease: Lease<T>, reason: DestroyReason): Promise<void> {
    const { events } = this.#frame
    const startedAt = this.#frame.clock.now()
    let failed: { error?: unknown } = {}
    try {
      await inBackground(() => lease.release())
    } catch (error) {
      failed = { error: this.#causeOf(error, this.#frame.clock.now() - startedAt) }
    }
    if (events.lists.destroy.length > 0) events.emit('destroy', { type: 'destroy', reason, ...failed })
  }

  #causeOf(error: unknown, elapsedMillis: number): unknown {
    if (!isLeaseholdError(error)) return error
    return error.code === 'ERR_CLEANUP_TIMEOUT' ? this.#frame.timedOut('destroy', elapsedMillis) : error.cause
  }

  /** The registry has ended the resource by itself, in a drain of everything: the pool has it no more. */
  #endedElsewhere(resource: Resource<T>): void {
    if (resource.destroyed !== undefined) return
    if (resource.state === 'idle') void this.retire(resource, 'registry')
    else resource.condemned ??= 'registry'
  }
}
