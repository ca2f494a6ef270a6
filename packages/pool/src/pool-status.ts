/** What a pool's breaker does with creates. */
export type BreakerState =
  /** Lets them through. */
  | 'closed'
  /** They have failed too often: none, for now. */
  | 'open'
  /** One is under way to see; the others wait for it. */
  | 'half-open'
  /** There is no breaker. */
  | 'disabled'

/** A pool at one moment. `size = idle + borrowed + validating + resetting + creating + destroying <= max`. */
export interface PoolStatus {
  /** Above `max` only just after `resize` to fewer. */
  readonly size: number
  readonly idle: number
  readonly borrowed: number
  readonly validating: number
  readonly resetting: number
  readonly creating: number
  readonly destroying: number
  /** Callers of `acquire` that have no resource yet. */
  readonly waiting: number
  readonly max: number
  readonly min: number
  readonly breaker: BreakerState
  readonly draining: boolean
}
