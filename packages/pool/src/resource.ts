import type { Lease, LeaseRef, Operation, TrackOptions } from '@leasehold/core'
import type { DestroyReason } from './pool-events.ts'
import type { Waiter } from './waiter.ts'

/** Where a resource is; all but `gone` are counted in the pool's size. */
export type ResourceState =
  'creating' | 'idle' | 'borrowed' | 'validating' | 'resetting' | 'destroying' | 'gone'

/**
 * One resource of the pool and all that is known of it. It is this that generic-pool holds, never the program's own
 * value: values may be equal, primitive, or objects that throw when looked at.
 */
export class Resource<T> {
  /** Let go of when it is gone: a lease that somebody kept must not keep it. */
  value: T
  state: ResourceState = 'creating'
  /** Its own lease, of kind `pool.resource`: from create to destroy. */
  lease: Lease<T> | undefined
  /** How each of its loans is tracked; one object for ever, so that lending allocates no options. */
  readonly loanOptions: TrackOptions<T>
  /** The loan that it is out on. The handle would keep a dropped lease from being seen as dropped. */
  loan: LeaseRef | undefined
  /** For whom it is being validated; undefined if for nobody, or for one that waits no longer. */
  claimant: Waiter<T> | undefined
  /** The span of its validation, where there is one. */
  validation: Operation | undefined
  readonly expiresAt: number
  uses: number = 0
  /** When it was lent, where somebody wants to know. */
  lentAt: number | undefined
  /** Never handed out: there is nothing to validate yet. */
  isFresh: boolean = true
  /** To be destroyed as soon as it is not in use, and why. */
  condemned: DestroyReason | undefined
  /** When a sweep first saw it idle; undefined before. Nothing reads a clock when it comes back. */
  idleSince: number | undefined
  /** Whether it lies in generic-pool's own store; else it is on loan from there. */
  isStored: boolean = false
  /** Neighbours among the idle ones. */
  older: Resource<T> | undefined
  newer: Resource<T> | undefined
  /** Settles when its destroy has ended or was given up; set when that begins. Never rejects. */
  destroyed: Promise<void> | undefined

  constructor(value: T, expiresAt: number, loanOptions: (resource: Resource<T>) => TrackOptions<T>) {
    this.value = value
    this.expiresAt = expiresAt
    this.loanOptions = loanOptions(this)
  }
}
