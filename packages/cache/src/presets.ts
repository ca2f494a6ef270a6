import type { Preset, SpanMode } from '@leasehold/core'

/** What a preset decides for a cache. */
interface CacheDefaults {
  /** Where neither limit is given. */
  readonly maxEntries: number
  readonly loadTimeoutMillis: number
  readonly disposeTimeoutMillis: number
  /** undefined: the registry's. */
  readonly leakThresholdMillis: number | undefined
  readonly spans: SpanMode
}

const production: CacheDefaults = {
  maxEntries: 10_000,
  loadTimeoutMillis: 30_000,
  disposeTimeoutMillis: 5_000,
  leakThresholdMillis: undefined,
  spans: 'all',
}

export const cachePresets: Readonly<Record<Preset, CacheDefaults>> = {
  production,
  /** A loan that is not returned is told soon. */
  development: { ...production, leakThresholdMillis: 10_000 },
  /** What hangs is told soon: a test has seconds. */
  test: { ...production, loadTimeoutMillis: 5_000, disposeTimeoutMillis: 1_000, leakThresholdMillis: 5_000 },
  /** Few entries, and only failures have spans. */
  lowMemory: { ...production, maxEntries: 1_000, spans: 'errors' },
}
