import type { Preset } from '@leasehold/core'

/** What a preset decides here. */
export interface PresetSettings {
  readonly shutdownTimeoutMillis: number
  readonly metricIntervalMillis: number
  readonly spanQueueSize: number
  readonly spanBatchSize: number
  readonly spanDelayMillis: number
  /** Series of one metric; beyond, the SDK sums them into one. */
  readonly cardinalityLimit: number
  /** Whether anything is exported that neither options nor variables ask for. */
  readonly exportsByDefault: boolean
}

const production: PresetSettings = {
  shutdownTimeoutMillis: 3_000,
  metricIntervalMillis: 60_000,
  spanQueueSize: 2_048,
  spanBatchSize: 512,
  spanDelayMillis: 5_000,
  cardinalityLimit: 2_000,
  exportsByDefault: true,
}

export const presets: Readonly<Record<Preset, PresetSettings>> = {
  production,
  development: { ...production, metricIntervalMillis: 10_000, spanDelayMillis: 1_000 },
  test: { ...production, shutdownTimeoutMillis: 1_000, exportsByDefault: false },
  lowMemory: { ...production, spanQueueSize: 512, spanBatchSize: 128, cardinalityLimit: 500 },
}
