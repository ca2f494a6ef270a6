import type { PoolPhase } from './pool-error.ts'
import type { BreakerState } from './pool-status.ts'

/** Why a resource was destroyed. */
export type DestroyReason =
  /** `lease.destroy()`, or `use` with `destroyOnError`. */
  | 'broken'
  | 'invalid'
  /** Its `reset` failed. */
  | 'reset'
  | 'idle'
  | 'lifetime'
  | 'uses'
  /** `retain` did not keep it. */
  | 'unretained'
  /** `resize` to fewer. */
  | 'shrunk'
  /** Memory was short. */
  | 'pressure'
  | 'drain'
  /** Its `create` answered after its time. */
  | 'late'
  /** The registry ended it: a drain of everything, the process's exit. */
  | 'registry'

/** What a pool tells its listeners, by type. */
export interface PoolEvents {
  /** A create has ended; `error` is what it failed with. */
  readonly create: { readonly type: 'create'; readonly elapsedMillis: number; readonly error?: unknown }
  readonly acquire: { readonly type: 'acquire'; readonly waitMillis: number }
  readonly release: { readonly type: 'release' }
  /** `validate` did not answer `true`; `error` is what it failed with, if it failed. */
  readonly invalid: { readonly type: 'invalid'; readonly error?: unknown }
  /** A destroy has ended, or was given up; `error` is what it failed with. */
  readonly destroy: { readonly type: 'destroy'; readonly reason: DestroyReason; readonly error?: unknown }
  /** An acquire or a factory's function took too long. */
  readonly timeout: { readonly type: 'timeout'; readonly phase: PoolPhase; readonly elapsedMillis: number }
  readonly breaker: { readonly type: 'breaker'; readonly state: BreakerState }
  readonly drain: { readonly type: 'drain'; readonly clean: boolean }
}

export type PoolEventType = keyof PoolEvents

export const POOL_EVENTS: readonly PoolEventType[] = [
  'create',
  'acquire',
  'release',
  'invalid',
  'destroy',
  'timeout',
  'breaker',
  'drain',
]
