/** Why a value left the cache, or was not let in. */
export type RemovalReason =
  /** `maxEntries` */
  | 'size'
  /** `maxBytes`; also of a value that alone is larger. */
  | 'bytes'
  | 'expired'
  /** Another value was set. */
  | 'replaced'
  | 'deleted'
  | 'cleared'
  /** Memory ran short. */
  | 'pressure'
  | 'closed'

export const REMOVAL_REASONS: readonly RemovalReason[] = [
  'size',
  'bytes',
  'expired',
  'replaced',
  'deleted',
  'cleared',
  'pressure',
  'closed',
]

/** A count of each. */
export function noRemovals(): Record<RemovalReason, number> {
  return {
    size: 0,
    bytes: 0,
    expired: 0,
    replaced: 0,
    deleted: 0,
    cleared: 0,
    pressure: 0,
    closed: 0,
  }
}
