import { LeaseHandle, type LeaseRef } from '@leasehold/core'
import type { Resource } from './resource.ts'

let bind: <T>(lease: PoolLease<T>, resource: Resource<T>) => LeaseRef

/** Connects a new loan and its resource. @returns the registry's side of the loan */
export function bindLease<T>(lease: PoolLease<T>, resource: Resource<T>): LeaseRef {
  return bind(lease, resource)
}

/** A loan: a resource of the pool, until it is released. `await using` releases it at the end of its block. */
export class PoolLease<T> extends LeaseHandle<T> {
  readonly #ref: LeaseRef
  #resource: Resource<T> | undefined

  constructor(ref: LeaseRef) {
    super(ref)
    this.#ref = ref
  }

  /**
   * Ends the loan and destroys the resource, as it is broken. Resolves when its `destroy` has ended or was given up;
   * never rejects: a `destroy` that fails shows as the end of its lease `pool.resource`, and in the event `destroy`.
   * After a release it is a second release, and changes nothing.
   */
  async destroy(): Promise<void> {
    const resource = this.#resource
    if (resource === undefined || !this.#ref.isLive) return this.release().catch(() => {})
    resource.condemned ??= 'broken'
    await this.release().catch(() => {})
    return resource.destroyed
  }

  static {
    bind = (lease, resource) => {
      lease.#resource = resource
      return (resource.loan = lease.#ref)
    }
  }
}
