import * as v from 'valibot'
import {
  callback,
  checkOptions,
  ConfigError,
  flag,
  integerFrom,
  MemoryPressureMonitor,
  orFalse,
  positiveMillis,
  presetName,
  pressureRule,
  rule,
  type OptionSchema,
  type Preset,
  type ResourceRegistry,
} from '@leasehold/core'
import type { Alert } from './alert.ts'
import { detectorPresets } from './presets.ts'
import type { AlertSink } from './sinks/alert-sink.ts'

/** Which success rates of cleanups are worth an alert. */
export interface CleanupOptions {
  /** What is aimed at: an info when it is surely missed in the last hour. Default 0.999. */
  target?: number | undefined
  /** A warning, early and unsure, or sure. Default 0.99. */
  warnBelow?: number | undefined
  /** An error when it is surely below. Default 0.95, or `warnBelow` if that is less. */
  errorBelow?: number | undefined
}

/** How often a sample is taken: 1 in this many leases, at random; 1 is each, false is none. */
export interface DetectorSampling {
  /** The acquiring stack, some 5 µs each. Default 128; presets development and test 1, lowMemory 1,024. */
  stacks?: number | false | undefined
  /** Watched for garbage collection without release. Default 128; development and test 1, lowMemory false. */
  gc?: number | false | undefined
}

/** What can be changed while a detector runs. */
export interface LeakDetectorChanges {
  /**
   * Held longer, a lease is reported, if it does not have a `leakThresholdMillis` of its own; false: never. Also those
   * that are live already. Default: the registry's (60,000); presets development 10,000 and test 5,000.
   */
  heldTooLongMillis?: number | false | undefined
  /** false: success rates are not looked at. */
  cleanup?: CleanupOptions | false | undefined
  /** Whether the number of old leases is looked at. Default true. */
  growth?: boolean | undefined
  /** In force where the registry's own takes fewer samples. */
  sampling?: DetectorSampling | undefined
}

/** Options of a leak detector. All have defaults; those named here are the preset production's. */
export interface LeakDetectorOptions extends LeakDetectorChanges {
  /** Whose leases are watched; by one detector at a time. Default `ResourceRegistry.default`. */
  registry?: ResourceRegistry | undefined
  /** Defaults to start from. Default `'production'`. */
  preset?: Preset | undefined
  /** Called for each alert, firing and resolved. What it throws is counted and reported once. */
  onAlert?: ((alert: Alert) => void) | undefined
  /** Where alerts are sent. */
  sinks?: readonly AlertSink[] | undefined
  /** On this signal a report is printed to the standard error. Default: none. */
  reportSignal?: 'SIGUSR2' | false | undefined
  /**
   * What tells that memory is short: then an alert tells which leases have become more. Default
   * `MemoryPressureMonitor.default`; preset test and false: nothing.
   */
  pressure?: MemoryPressureMonitor | false | undefined
}

export type CleanupThresholds = { readonly [K in keyof CleanupOptions]-?: number }

/** All decided. */
export interface DetectorSettings {
  /** undefined: as the registry has it. */
  readonly heldTooLongMillis: number | false | undefined
  readonly cleanup: CleanupThresholds | false
  readonly growth: boolean
  readonly sampling: { readonly stacks: number | false; readonly gc: number | false }
}

const OWNER = 'leak detector'
const share: v.GenericSchema<number> = rule(
  'a number above 0 and below 1',
  n => typeof n === 'number' && n > 0 && n < 1,
)
const sample = orFalse(integerFrom(1, 1_000_000))

const changeEntries = {
  heldTooLongMillis: v.optional(orFalse(positiveMillis)),
  // Looked into by checkCleanup.
  cleanup: v.optional(rule('an object, or false', () => true)),
  growth: v.optional(flag),
  sampling: v.optional(v.strictObject({ stacks: v.optional(sample), gc: v.optional(sample) })),
}
const changesSchema: OptionSchema = v.strictObject(changeEntries)
const detectorSchema: OptionSchema = v.strictObject({
  ...changeEntries,
  registry: v.optional(rule('a ResourceRegistry', isRegistry)),
  preset: v.optional(presetName),
  onAlert: v.optional(callback),
  sinks: v.optional(rule('an array of sinks', isSinks)),
  pressure: v.optional(pressureRule),
  reportSignal: v.optional(rule("'SIGUSR2', or false", s => s === 'SIGUSR2' || s === false)),
})
const cleanupSchema: OptionSchema = v.strictObject({
  cleanup: v.strictObject({
    target: v.optional(share),
    warnBelow: v.optional(share),
    errorBelow: v.optional(share),
  }),
})

/** @throws ConfigError for the first option that is wrong */
export function detectorSettings(options: LeakDetectorOptions): DetectorSettings {
  checkOptions(OWNER, detectorSchema, options)
  checkCleanup(options)
  return merge(detectorPresets[options.preset ?? 'production'], options)
}

/** Of options that have been checked. A test is not to fail by the machine's memory. */
export function monitorOf({ pressure, preset }: LeakDetectorOptions): MemoryPressureMonitor | false {
  return pressure ?? (preset === 'test' ? false : MemoryPressureMonitor.default)
}

/** @throws ConfigError for the first option that is wrong */
export function changedSettings(settings: DetectorSettings, changes: LeakDetectorChanges): DetectorSettings {
  checkOptions(OWNER, changesSchema, changes)
  checkCleanup(changes)
  return merge(settings, changes)
}

function merge(base: DetectorSettings, o: LeakDetectorChanges): DetectorSettings {
  return {
    heldTooLongMillis: o.heldTooLongMillis ?? base.heldTooLongMillis,
    cleanup: o.cleanup === false ? false : thresholds(base.cleanup, o.cleanup),
    growth: o.growth ?? base.growth,
    sampling: {
      stacks: o.sampling?.stacks ?? base.sampling.stacks,
      gc: o.sampling?.gc ?? base.sampling.gc,
    },
  }
}

function thresholds(
  base: CleanupThresholds | false,
  options: CleanupOptions | undefined,
): CleanupThresholds | false {
  if (options === undefined) return base
  const from = base === false ? (detectorPresets.production.cleanup as CleanupThresholds) : base
  const warnBelow = options.warnBelow ?? from.warnBelow
  const target = options.target ?? Math.max(from.target, warnBelow)
  const errorBelow = options.errorBelow ?? Math.min(from.errorBelow, warnBelow)
  if (errorBelow > warnBelow) throw outOfOrder('errorBelow', `at most warnBelow (${warnBelow})`, errorBelow)
  if (target < warnBelow) throw outOfOrder('target', `at least warnBelow (${warnBelow})`, target)
  return { target, warnBelow, errorBelow }
}

function outOfOrder(option: string, expected: string, received: number): ConfigError {
  return new ConfigError(OWNER, `cleanup.${option}`, expected, received)
}

/** A union's own error would not name the option within. */
function checkCleanup(options: LeakDetectorChanges): void {
  const cleanup: unknown = options.cleanup
  if (cleanup === undefined || cleanup === false) return
  if (typeof cleanup !== 'object' || cleanup === null || Array.isArray(cleanup)) {
    throw new ConfigError(OWNER, 'cleanup', 'an object, or false', cleanup)
  }
  checkOptions(OWNER, cleanupSchema, { cleanup })
}

function isRegistry(registry: unknown): boolean {
  const r = registry as Partial<ResourceRegistry> | null | undefined
  return typeof r?.track === 'function' && typeof r.stats === 'function'
}

function isSinks(sinks: unknown): boolean {
  return (
    Array.isArray(sinks) &&
    sinks.every(sink => typeof (sink as Partial<AlertSink> | null | undefined)?.send === 'function')
  )
}
