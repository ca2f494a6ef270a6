import type { SpanMode } from './telemetry/telemetry-options.ts'

/** A named set of defaults; every package of ours takes one. Options given beside it win. */
export type Preset = 'production' | 'development' | 'test' | 'lowMemory'

/** What every registry is run by, all decided. */
export interface RegistrySettings {
  readonly cleanupTimeoutMillis: number
  readonly cleanupGraceMillis: number
  readonly leakThresholdMillis: number | false
  readonly backgroundConcurrency: number
  readonly backgroundQueueLimit: number
  readonly sampling: { readonly stacks: number | false; readonly gc: number | false }
  readonly telemetry: {
    readonly spans: SpanMode
    readonly slowMillis: number
    readonly metrics: boolean
  }
}

const production: RegistrySettings = {
  cleanupTimeoutMillis: 5_000,
  cleanupGraceMillis: 1_000,
  leakThresholdMillis: 60_000,
  backgroundConcurrency: 16,
  backgroundQueueLimit: 10_000,
  // A stack costs some 5 µs, so nobody pays for one unasked: the leak detector turns them on.
  sampling: { stacks: false, gc: 128 },
  telemetry: { spans: 'all', slowMillis: 100, metrics: true },
}

export const presets: Readonly<Record<Preset, RegistrySettings>> = {
  production,
  /** Every acquisition's stack, every lease watched for garbage collection. */
  development: { ...production, leakThresholdMillis: 10_000, sampling: { stacks: 1, gc: 1 } },
  /** As development, and what hangs is told soon: a test has seconds. */
  test: {
    ...production,
    cleanupTimeoutMillis: 1_000,
    cleanupGraceMillis: 200,
    leakThresholdMillis: 5_000,
    sampling: { stacks: 1, gc: 1 },
  },
  /** Short queue, few at once, spans only of failures, nothing held beside the leases. */
  lowMemory: {
    ...production,
    backgroundConcurrency: 4,
    backgroundQueueLimit: 1_000,
    sampling: { stacks: false, gc: false },
    telemetry: { ...production.telemetry, spans: 'errors' },
  },
}
