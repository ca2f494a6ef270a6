import type { Preset, SpanMode } from '@leasehold/core'

/** What a preset decides for a pool. */
interface PoolDefaults {
  readonly max: number
  readonly maxWaitingClients: number
  readonly acquireTimeoutMillis: number
  readonly createTimeoutMillis: number
  readonly validateTimeoutMillis: number
  readonly destroyTimeoutMillis: number
  readonly idleTimeoutMillis: number | false
  readonly maxLifetimeMillis: number | false
  readonly breaker: { readonly threshold: number; readonly halfOpenAfterMillis: number }
  /** undefined: the registry's. */
  readonly leakThresholdMillis: number | undefined
  readonly spans: SpanMode
}

const production: PoolDefaults = {
  max: 10,
  maxWaitingClients: Infinity,
  acquireTimeoutMillis: 30_000,
  createTimeoutMillis: 30_000,
  validateTimeoutMillis: 5_000,
  destroyTimeoutMillis: 5_000,
  idleTimeoutMillis: 60_000,
  maxLifetimeMillis: 1_800_000,
  breaker: { threshold: 5, halfOpenAfterMillis: 10_000 },
  leakThresholdMillis: undefined,
  spans: 'all',
}

export const poolPresets: Readonly<Record<Preset, PoolDefaults>> = {
  production,
  /** What is not returned is told soon. */
  development: { ...production, leakThresholdMillis: 10_000 },
  /** What hangs is told soon: a test has seconds. */
  test: {
    ...production,
    acquireTimeoutMillis: 5_000,
    createTimeoutMillis: 5_000,
    validateTimeoutMillis: 1_000,
    destroyTimeoutMillis: 1_000,
    leakThresholdMillis: 5_000,
  },
  /** Few wait, nothing idles for long, and only failures have spans. */
  lowMemory: { ...production, maxWaitingClients: 1_000, idleTimeoutMillis: 10_000, spans: 'errors' },
}
