import type { Lease } from '@leasehold/core'
import type { RemovalReason } from './removal-reason.ts'

/** Shared with the cleanup in the registry, which must reach neither the lease nor the cache: it would keep them alive. */
export interface Ending {
  reason: RemovalReason | undefined
  /** Where it is in the cache. */
  slot: number
}

/** A value that must be disposed of, or is lent: what is known of it until both are over. */
export class HeldValue<V> {
  readonly value: V
  bytes: number
  /** Loans that are not over. */
  loans: number = 0
  /** The lease `cache.entry`; none without `dispose`. */
  lease: Lease<V> | undefined
  readonly ending: Ending = { reason: undefined, slot: -1 }
  /** Out of the cache, and counted as retired. */
  isRetired: boolean = false

  constructor(value: V, bytes: number) {
    this.value = value
    this.bytes = bytes
  }
}
