import * as v from 'valibot'
import {
  callback,
  checkOptions,
  clockRule,
  ConfigError,
  integerFrom,
  MemoryPressureMonitor,
  orFalse,
  positiveMillis,
  presetName,
  pressureRule,
  processClock,
  ResourceRegistry,
  rule,
  safeText,
  telemetrySchema,
  text,
  type Clock,
  type OptionSchema,
  type Preset,
  type SpanMode,
  type TelemetryOptions,
} from '@leasehold/core'
import { MAX_SLOTS } from './entry.ts'
import { cachePresets } from './presets.ts'
import type { RemovalReason } from './removal-reason.ts'

/** Options of a cache. All have defaults; those named here are the preset production's. */
export interface CacheOptions<K, V> {
  /** Whose values these are, in telemetry and errors. Two caches of a name are summed. Default `'default'`. */
  name?: string | undefined
  /** Defaults to start from. Default `'production'`. */
  preset?: Preset | undefined
  /** At most so many entries, 16,777,215 at the highest. Default: 10,000, or no limit beside `maxBytes`. */
  maxEntries?: number | undefined
  /** At most so many bytes, as accounted, of all live values together. Default: no limit. */
  maxBytes?: number | undefined
  /**
   * The accounted size of a value, an integer >= 0. Default: the length in bytes of Buffers, ArrayBuffers and their
   * views, twice that of strings; under `maxBytes` anything else needs it, or the option `bytes` of `set`.
   */
  sizeOf?: ((value: V, key: K) => number) | undefined
  /** How long a value is fresh. Default: for ever. */
  ttlMillis?: number | undefined
  /** Makes the value of a key, for `fetch` and `fetchLease`. `signal` aborts when nobody waits any more, or in time. */
  load?: ((key: K, signal: AbortSignal) => V | PromiseLike<V>) | undefined
  /** For one load, its repetitions included; then `ERR_CACHE_LOAD_TIMEOUT`. Default 30,000. */
  loadTimeoutMillis?: number | undefined
  /** How often `load` is called until it does not fail, with a back-off between (full jitter, 50 ms to 1 s). Default 1. */
  loadAttempts?: number | undefined
  /** After `ttlMillis`, for so long whoever asks gets the stale value at once and sets off a load. Default 0. */
  staleWhileRevalidateMillis?: number | undefined
  /** How long a load's failure is remembered, and given to whoever asks; an abort never is. Default 0. */
  negativeTtlMillis?: number | undefined
  /** Ends a value that has left the cache and is lent to nobody. May be async, may fail, may hang: it is counted. */
  dispose?: ((value: V, reason: RemovalReason, signal: AbortSignal) => unknown) | undefined
  /** For one `dispose`; afterwards it is quarantined. Default 5,000. */
  disposeTimeoutMillis?: number | undefined
  /** Held longer, a loan is overdue; false: never. Default: the registry's (60,000). */
  leakThresholdMillis?: number | false | undefined
  /** What tells that memory is short: then the cache is trimmed. Default `MemoryPressureMonitor.default`; false: nothing. */
  pressure?: MemoryPressureMonitor | false | undefined
  /** Where leases are accounted. Default `ResourceRegistry.default`. */
  registry?: ResourceRegistry | undefined
  /** Time and timers. Default: the process's. */
  clock?: Clock | undefined
  /** Default `{ spans: 'all', slowMillis: 100, metrics: true }`; spans `'errors'` in the preset lowMemory. */
  telemetry?: TelemetryOptions | undefined
}

/** All decided. */
export interface CacheSettings<K, V> {
  readonly name: string
  /** As it reads at the head of messages: `cache "thumbnails"`. */
  readonly owner: string
  /** Infinity: no limit. */
  readonly maxEntries: number
  readonly maxBytes: number
  readonly sizeOf: ((value: V, key: K) => number) | undefined
  readonly ttlMillis: number
  readonly load: ((key: K, signal: AbortSignal) => unknown) | undefined
  readonly loadTimeoutMillis: number
  readonly loadAttempts: number
  readonly staleWhileRevalidateMillis: number
  readonly negativeTtlMillis: number
  readonly dispose: ((value: V, reason: RemovalReason, signal: AbortSignal) => unknown) | undefined
  readonly disposeTimeoutMillis: number
  readonly leakThresholdMillis: number | false | undefined
  readonly pressure: MemoryPressureMonitor | false
  readonly registry: ResourceRegistry
  readonly clock: Clock
  readonly telemetry: { readonly spans: SpanMode; readonly slowMillis: number; readonly metrics: boolean }
}

export const maxEntriesRule: v.GenericSchema<number> = integerFrom(1, MAX_SLOTS)
export const maxBytesRule: v.GenericSchema<number> = integerFrom(1)

const schema: OptionSchema = v.strictObject({
  name: v.optional(text),
  preset: v.optional(presetName),
  maxEntries: v.optional(maxEntriesRule),
  maxBytes: v.optional(maxBytesRule),
  sizeOf: v.optional(callback),
  ttlMillis: v.optional(positiveMillis),
  load: v.optional(callback),
  loadTimeoutMillis: v.optional(positiveMillis),
  loadAttempts: v.optional(integerFrom(1, 100)),
  staleWhileRevalidateMillis: v.optional(positiveMillis),
  negativeTtlMillis: v.optional(positiveMillis),
  dispose: v.optional(callback),
  disposeTimeoutMillis: v.optional(positiveMillis),
  leakThresholdMillis: v.optional(orFalse(positiveMillis)),
  pressure: v.optional(pressureRule),
  registry: v.optional(rule('a ResourceRegistry', isRegistry)),
  clock: v.optional(clockRule),
  telemetry: v.optional(telemetrySchema),
})

/** Those that mean nothing without `load`. */
const OF_LOAD = [
  'loadTimeoutMillis',
  'loadAttempts',
  'staleWhileRevalidateMillis',
  'negativeTtlMillis',
] as const

/** @throws ConfigError for the first option that is wrong */
export function cacheSettings<K, V>(o: CacheOptions<K, V>): CacheSettings<K, V> {
  const owner = ownerOf(o)
  checkOptions(owner, schema, o)
  for (const option of OF_LOAD) {
    if (o[option] !== undefined && o.load === undefined) {
      throw new ConfigError(owner, option, 'left out, as there is no load()', o[option])
    }
  }
  if (o.staleWhileRevalidateMillis !== undefined && o.ttlMillis === undefined) {
    throw new ConfigError(owner, 'ttlMillis', 'given, as staleWhileRevalidateMillis is', undefined)
  }
  if (o.disposeTimeoutMillis !== undefined && o.dispose === undefined) {
    throw new ConfigError(
      owner,
      'disposeTimeoutMillis',
      'left out, as there is no dispose()',
      o.disposeTimeoutMillis,
    )
  }
  const base = cachePresets[o.preset ?? 'production']
  return {
    name: o.name ?? 'default',
    owner,
    maxEntries: o.maxEntries ?? (o.maxBytes === undefined ? base.maxEntries : Infinity),
    maxBytes: o.maxBytes ?? Infinity,
    sizeOf: o.sizeOf,
    ttlMillis: o.ttlMillis ?? Infinity,
    load: o.load,
    loadTimeoutMillis: o.loadTimeoutMillis ?? base.loadTimeoutMillis,
    loadAttempts: o.loadAttempts ?? 1,
    staleWhileRevalidateMillis: o.staleWhileRevalidateMillis ?? 0,
    negativeTtlMillis: o.negativeTtlMillis ?? 0,
    dispose: o.dispose,
    disposeTimeoutMillis: o.disposeTimeoutMillis ?? base.disposeTimeoutMillis,
    leakThresholdMillis: o.leakThresholdMillis ?? base.leakThresholdMillis,
    pressure: o.pressure ?? MemoryPressureMonitor.default,
    registry: o.registry ?? ResourceRegistry.default,
    clock: o.clock ?? processClock,
    telemetry: Object.freeze({
      spans: o.telemetry?.spans ?? base.spans,
      slowMillis: o.telemetry?.slowMillis ?? 100,
      metrics: o.telemetry?.metrics ?? true,
    }),
  }
}

/** `cache "thumbnails"`, as far as the options tell. Never throws. */
function ownerOf(options: unknown): string {
  try {
    const { name = 'default' } = (options ?? {}) as { name?: unknown }
    return typeof name === 'string' && name !== '' ? `cache "${safeText(name)}"` : 'cache'
  } catch {
    return 'cache'
  }
}

function isRegistry(registry: unknown): boolean {
  const r = registry as Partial<ResourceRegistry> | null | undefined
  return typeof r?.track === 'function' && typeof r.stats === 'function'
}
