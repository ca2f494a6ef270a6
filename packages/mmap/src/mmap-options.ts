import { basename } from 'node:path'
import { fileURLToPath } from 'node:url'
import * as v from 'valibot'
import {
  checkOptions,
  clockRule,
  ConfigError,
  integerFrom,
  oneOf,
  orFalse,
  positiveMillis,
  presetName,
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
import type { Access, Advice } from './mapping.ts'

/** What {@link AttachOptions} and {@link MapOptions} have in common with all packages of Leasehold. */
export interface AttachOptions {
  /** Whose it is, in telemetry and errors. Two of a name are summed. Default: the file's base name. */
  name?: string | undefined
  /** Defaults for the other options: `'production'`, `'development'`, `'test'`, `'lowMemory'`. Default `'production'`. */
  preset?: Preset | undefined
  /** Open for longer, a mapping is overdue; false: never. Default: the registry's (60,000), less in some presets. */
  leakThresholdMillis?: number | false | undefined
  /** Where leases are accounted. Default `ResourceRegistry.default`. */
  registry?: ResourceRegistry | undefined
  /** What durations are told by. Default: the process's. */
  clock?: Clock | undefined
  /** Default `{ spans: 'all', slowMillis: 100, metrics: true }`; spans `'errors'` in the preset lowMemory. */
  telemetry?: TelemetryOptions | undefined
}

export interface MapOptions<A extends Access = Access> extends AttachOptions {
  /** Default `'ro'`. */
  access?: A | undefined
  /** Where in the file the mapping begins; any byte, not only a page. Default 0. */
  offset?: number | undefined
  /** How many bytes. Default: to the end of the file. */
  length?: number | undefined
  /** With access `'rw'`: the file is created if there is none, and made at least so long. Default: it must exist. */
  size?: number | undefined
  /** What is to be done with it; `advise` says it later, or of a part. Default `'normal'`. */
  advice?: Advice | undefined
  /**
   * What to do where the file cannot be mapped: `'auto'` reads and writes it instead, `'never'` throws
   * `ERR_MMAP_UNSUPPORTED`; `'always'` does not even try to map it. Default `'auto'`.
   */
  fallback?: 'auto' | 'never' | 'always' | undefined
}

/** What every mapping is told by, all decided. */
export interface Identity {
  readonly name: string
  readonly leakThresholdMillis: number | false | undefined
  readonly registry: ResourceRegistry
  readonly clock: Clock
  readonly telemetry: MmapTelemetrySettings
}

export interface MmapTelemetrySettings {
  readonly spans: SpanMode
  readonly slowMillis: number
  readonly metrics: boolean
}

export interface MapSettings extends Identity {
  readonly path: string
  readonly access: Access
  readonly offset: number
  readonly length: number | undefined
  readonly size: number | undefined
  readonly advice: Advice
  readonly fallback: 'auto' | 'never' | 'always'
}

const adviceRule: v.GenericSchema<Advice> = oneOf('normal', 'random', 'sequential', 'willneed')

const identityEntries = {
  name: v.optional(text),
  preset: v.optional(presetName),
  leakThresholdMillis: v.optional(orFalse(positiveMillis)),
  registry: v.optional(rule('a ResourceRegistry', isRegistry)),
  clock: v.optional(clockRule),
  telemetry: v.optional(telemetrySchema),
}

const mapSchema: OptionSchema = v.strictObject({
  ...identityEntries,
  access: v.optional(oneOf('ro', 'rw', 'cow')),
  offset: v.optional(integerFrom(0)),
  length: v.optional(integerFrom(0)),
  size: v.optional(integerFrom(0)),
  advice: v.optional(adviceRule),
  fallback: v.optional(oneOf('auto', 'never', 'always')),
})

const attachSchema: OptionSchema = v.strictObject(identityEntries)

const TELEMETRY: MmapTelemetrySettings = Object.freeze({ spans: 'all', slowMillis: 100, metrics: true })

/** What a preset decides. */
const PRESETS: Readonly<Record<Preset, { readonly leak: number | undefined; readonly spans: SpanMode }>> = {
  production: { leak: undefined, spans: 'all' },
  development: { leak: 10_000, spans: 'all' },
  test: { leak: 5_000, spans: 'all' },
  lowMemory: { leak: undefined, spans: 'errors' },
}

/** @throws ConfigError for the first of them that is wrong */
export function mapSettings(path: string | URL, options: MapOptions | undefined): MapSettings {
  const given = pathOf(path)
  if (options === undefined) {
    // By far the most, and a check would cost as much as the mapping.
    return {
      name: nameOf(given),
      leakThresholdMillis: undefined,
      registry: ResourceRegistry.default,
      clock: processClock,
      telemetry: TELEMETRY,
      path: given,
      access: 'ro',
      offset: 0,
      length: undefined,
      size: undefined,
      advice: 'normal',
      fallback: 'auto',
    }
  }
  const o = checkOptions('mapFile', mapSchema, options) as MapOptions
  if (o.size !== undefined && o.access !== 'rw') {
    throw new ConfigError('mapFile', 'size', "left out, as access is not 'rw'", o.size)
  }
  return {
    ...identity(o, nameOf(given)),
    path: given,
    access: o.access ?? 'ro',
    offset: o.offset ?? 0,
    length: o.length,
    size: o.size,
    advice: o.advice ?? 'normal',
    fallback: o.fallback ?? 'auto',
  }
}

/** @throws ConfigError for the first of them that is wrong */
export function attachSettings(options: AttachOptions | undefined, name: string): Identity {
  return identity(options === undefined ? {} : checkOptions('attachMapping', attachSchema, options), name)
}

function identity(o: AttachOptions, name: string): Identity {
  const preset = PRESETS[o.preset ?? 'production']
  return {
    name: o.name ?? name,
    leakThresholdMillis: o.leakThresholdMillis ?? preset.leak,
    registry: o.registry ?? ResourceRegistry.default,
    clock: o.clock ?? processClock,
    telemetry:
      o.telemetry === undefined && preset.spans === 'all'
        ? TELEMETRY
        : Object.freeze({
            spans: o.telemetry?.spans ?? preset.spans,
            slowMillis: o.telemetry?.slowMillis ?? 100,
            metrics: o.telemetry?.metrics ?? true,
          }),
  }
}

function pathOf(path: unknown): string {
  if (typeof path === 'string' && path !== '' && !path.includes('\0')) return path
  const file = typeof path === 'object' ? fileOf(path) : undefined
  if (file !== undefined && !file.includes('\0')) return file
  throw new ConfigError('mapFile', 'path', 'a non-empty path without a 0 character, or a file: URL', path)
}

/** undefined for a URL of another scheme, of another host, or with an encoded slash, and for what is none. */
function fileOf(url: unknown): string | undefined {
  try {
    return url instanceof URL ? fileURLToPath(url) : undefined
  } catch {
    return undefined
  }
}

function nameOf(path: string): string {
  return safeText(basename(path) || path)
}

function isRegistry(registry: unknown): boolean {
  const r = registry as Partial<ResourceRegistry> | null | undefined
  return typeof r?.track === 'function' && typeof r.stats === 'function'
}
