import { types } from 'node:util'
import * as v from 'valibot'
import {
  checkOptions,
  ConfigError,
  describeValue,
  integerFrom,
  millis,
  positiveMillis,
  rule,
  type OptionSchema,
} from '@leasehold/core'
import { maxBytesRule, maxEntriesRule, type CacheSettings } from './cache-options.ts'

/** Options of one `set`. */
export interface SetOptions {
  /** How long the value is fresh; `Infinity`: for ever. Default: the cache's `ttlMillis`. */
  ttlMillis?: number | undefined
  /** Its accounted size. Default: what `sizeOf` says. */
  bytes?: number | undefined
}

/** Options of one `fetch`. */
export interface FetchOptions {
  /** Lets go of the caller, who then gets `signal.reason`. The load goes on for the others, if there are any. */
  signal?: AbortSignal | undefined
}

/** To what `trim` lowers what is held: one of the two. */
export interface TrimOptions {
  toBytes?: number | undefined
  /** 0 to 1: of the bytes, if the cache is limited by bytes, else of the entries. */
  toFraction?: number | undefined
}

/** New limits; what is left out stays. */
export interface ResizeOptions {
  /** Infinity: none, if there is another. */
  maxEntries?: number | undefined
  /** Infinity: none, if there is another. */
  maxBytes?: number | undefined
}

/** How long to wait for what is still lent, or being disposed of, when a cache is closed. */
export interface CacheCloseOptions {
  /** Default 10,000; 0 does not wait. */
  timeoutMillis?: number | undefined
}

const orInfinity = (expected: string, schema: v.GenericSchema<number>): v.GenericSchema<number> =>
  rule(`${expected}, or Infinity`, n => n === Infinity || v.is(schema, n))

const setSchema: OptionSchema = v.strictObject({
  ttlMillis: v.optional(orInfinity('a number of milliseconds from 1 to 2147483647', positiveMillis)),
  bytes: v.optional(integerFrom(0)),
})
const fetchSchema: OptionSchema = v.strictObject({
  signal: v.optional(rule('an AbortSignal', isSignal)),
})
const trimSchema: OptionSchema = v.strictObject({
  toBytes: v.optional(integerFrom(0)),
  toFraction: v.optional(rule('a number from 0 to 1', n => typeof n === 'number' && n >= 0 && n <= 1)),
})
const resizeSchema: OptionSchema = v.strictObject({
  maxEntries: v.optional(orInfinity('an integer from 1 to 16777215', maxEntriesRule)),
  maxBytes: v.optional(orInfinity('an integer >= 1', maxBytesRule)),
})

const closeSchema: OptionSchema = v.strictObject({ timeoutMillis: v.optional(millis) })

/** @returns how long to wait */
export function checkClose(owner: string, options: CacheCloseOptions): number {
  checkOptions(`${owner}.close`, closeSchema, options)
  return options.timeoutMillis ?? 10_000
}

export function checkSet(owner: string, options: SetOptions): void {
  checkOptions(`${owner}.set`, setSchema, options)
}

export function checkFetch(owner: string, call: string, options: FetchOptions): void {
  checkOptions(`${owner}.${call}`, fetchSchema, options)
}

export function checkTrim(owner: string, options: TrimOptions): void {
  checkOptions(`${owner}.trim`, trimSchema, options)
  if ((options.toBytes === undefined) === (options.toFraction === undefined)) {
    throw new ConfigError(`${owner}.trim`, 'options', 'either toBytes or toFraction', options)
  }
}

export function checkResize(owner: string, options: ResizeOptions): void {
  checkOptions(`${owner}.resize`, resizeSchema, options)
}

/**
 * The accounted size of a value.
 *
 * @throws ConfigError where there is no way to tell, or `sizeOf` answers nonsense; whatever `sizeOf` throws
 */
export function sizeOfValue<K, V>(settings: CacheSettings<K, V>, value: V, key: K): number {
  const { sizeOf, owner } = settings
  if (sizeOf !== undefined) {
    const size: unknown = sizeOf(value, key)
    if (Number.isSafeInteger(size) && (size as number) >= 0) return size as number
    const message = `${owner}: sizeOf must return an integer >= 0, got ${describeValue(size)}`
    throw new ConfigError(owner, 'sizeOf', 'a function that returns an integer >= 0', size, message)
  }
  if (typeof value === 'string') return value.length * 2
  const bytes = byteLength(value)
  if (bytes !== undefined) return bytes
  if (settings.maxBytes === Infinity) return 0
  throw new ConfigError(owner, 'sizeOf', 'a function, as a value is neither a string nor binary', undefined)
}

function byteLength(value: unknown): number | undefined {
  if (ArrayBuffer.isView(value)) return value.byteLength
  return types.isAnyArrayBuffer(value) ? value.byteLength : undefined
}

/** Not by `instanceof`: an older program's signals may come from a package. */
function isSignal(signal: unknown): boolean {
  try {
    const s = signal as Partial<AbortSignal> | null
    return (
      typeof s === 'object' &&
      s !== null &&
      typeof s.aborted === 'boolean' &&
      typeof s.addEventListener === 'function' &&
      typeof s.removeEventListener === 'function'
    )
  } catch {
    return false
  }
}
