import { EventListeners } from './event-listeners.ts'
import type { CleanupOutcome, CleanupStrategy, LeaseRef } from './lease.ts'

/** What a registry tells its listeners. */
export interface LeaseEvent {
  readonly type: LeaseEventType
  readonly id: number
  readonly kind: string
  readonly name: string
  /** 0 at the acquisition. */
  readonly heldMillis: number
  /** Only of `acquire`: the lease, without hiding that its owner drops it. */
  readonly ref?: LeaseRef
  /** From here on: only of `cleanup`. */
  readonly outcome?: CleanupOutcome
  readonly strategy?: CleanupStrategy
  /** How often the cleanup was called. */
  readonly attempts?: number
  /** From the cleanup's start. */
  readonly elapsedMillis?: number
  /** It settled after its outcome had been counted; `outcome` is what was counted. */
  readonly late?: boolean
  /** A {@link CleanupError} of every outcome but a success and a `force` that was asked for. */
  readonly error?: unknown
}

export type LeaseEventType = 'acquire' | 'release' | 'cleanup' | 'abandoned'
export type LeaseListener = (event: LeaseEvent) => void

/** Listeners of a registry. One that throws is counted and reported, never felt. */
export class LeaseEvents extends EventListeners<LeaseEventType, Record<LeaseEventType, LeaseEvent>> {
  constructor() {
    super('registry', ['acquire', 'release', 'cleanup', 'abandoned'])
  }
}
