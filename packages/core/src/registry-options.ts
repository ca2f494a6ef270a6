import * as v from 'valibot'
import type { Clock } from './clock.ts'
import {
  checkOptions,
  clockRule,
  integerFrom,
  orFalse,
  positiveMillis,
  presetName,
  type OptionSchema,
} from './option-check.ts'
import { presets, type Preset, type RegistrySettings } from './presets.ts'
import { telemetrySchema, type TelemetryOptions } from './telemetry/telemetry-options.ts'

/** How often a sample is taken: 1 in this many leases, at random; 1 is each, false is none. */
export interface SamplingOptions {
  /** The acquiring stack, formatted at once: some 5 µs each. Default: none; presets development and test: 1. */
  stacks?: number | false | undefined
  /** Watched for garbage collection without release. Default 128; presets development and test: 1. */
  gc?: number | false | undefined
}

/** Options of a {@link ResourceRegistry}. All have defaults; those named here are the preset production's. */
export interface RegistryOptions {
  /** Defaults to start from. Default `'production'`. */
  preset?: Preset | undefined
  /** Time and timers. Default: the process's. */
  clock?: Clock | undefined
  /** How long a cleanup may take before it counts as timed out, its retries included. Default 5,000. */
  cleanupTimeoutMillis?: number | undefined
  /** How long a timed-out cleanup has after its signal was aborted, before `force`. Default 1,000. */
  cleanupGraceMillis?: number | undefined
  /** Held longer than this, a lease is overdue; false: never. Default 60,000. */
  leakThresholdMillis?: number | false | undefined
  /** How many background cleanups run at once. Default 16. */
  backgroundConcurrency?: number | undefined
  /** How many may wait; beyond, `release()` cleans up immediately and is to be awaited. Default 10,000. */
  backgroundQueueLimit?: number | undefined
  sampling?: SamplingOptions | undefined
  telemetry?: TelemetryOptions | undefined
}

const sample = orFalse(integerFrom(1, 1_000_000))

const settingEntries = {
  preset: v.optional(presetName),
  cleanupTimeoutMillis: v.optional(positiveMillis),
  cleanupGraceMillis: v.optional(positiveMillis),
  leakThresholdMillis: v.optional(orFalse(positiveMillis)),
  backgroundConcurrency: v.optional(integerFrom(1, 10_000)),
  backgroundQueueLimit: v.optional(integerFrom(0, 10_000_000)),
  sampling: v.optional(v.strictObject({ stacks: v.optional(sample), gc: v.optional(sample) })),
  telemetry: v.optional(telemetrySchema),
}

const settingsSchema: OptionSchema = v.strictObject(settingEntries)
const registrySchema: OptionSchema = v.strictObject({ ...settingEntries, clock: v.optional(clockRule) })

/** Checked options of a new registry. @throws ConfigError */
export function registrySettings(options: RegistryOptions): RegistrySettings {
  checkOptions('registry', registrySchema, options)
  return merge(presets[options.preset ?? 'production'], options)
}

/** `settings` with the options of `configure` over them; a preset named there starts afresh. @throws ConfigError */
export function changedSettings(settings: RegistrySettings, options: RegistryOptions): RegistrySettings {
  checkOptions('registry', settingsSchema, options)
  return merge(options.preset === undefined ? settings : presets[options.preset], options)
}

function merge(base: RegistrySettings, o: RegistryOptions): RegistrySettings {
  return {
    cleanupTimeoutMillis: o.cleanupTimeoutMillis ?? base.cleanupTimeoutMillis,
    cleanupGraceMillis: o.cleanupGraceMillis ?? base.cleanupGraceMillis,
    leakThresholdMillis: o.leakThresholdMillis ?? base.leakThresholdMillis,
    backgroundConcurrency: o.backgroundConcurrency ?? base.backgroundConcurrency,
    backgroundQueueLimit: o.backgroundQueueLimit ?? base.backgroundQueueLimit,
    sampling: {
      stacks: o.sampling?.stacks ?? base.sampling.stacks,
      gc: o.sampling?.gc ?? base.sampling.gc,
    },
    telemetry: {
      spans: o.telemetry?.spans ?? base.telemetry.spans,
      slowMillis: o.telemetry?.slowMillis ?? base.telemetry.slowMillis,
      metrics: o.telemetry?.metrics ?? base.telemetry.metrics,
    },
  }
}
