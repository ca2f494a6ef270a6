import * as v from 'valibot'
import { callback, checkOptions, ConfigError, rule, text, type OptionSchema } from '@leasehold/core'
import { createCache, type Cache } from './cache.ts'
import { maxBytesRule, maxEntriesRule } from './cache-options.ts'
import { keyed, KeyedValue } from './keyed-value.ts'
import type { RemovalReason } from './removal-reason.ts'

/** lru-cache's reasons. */
export type DisposeReason = 'evict' | 'set' | 'delete' | 'expire'

/** The common part of lru-cache's options, and a name. */
export interface LRUCacheOptions<K, V> {
  /** At most so many entries. Needed, or `maxSize`. */
  max?: number | undefined
  /** At most so much, as `sizeCalculation` tells it. */
  maxSize?: number | undefined
  sizeCalculation?: ((value: V, key: K) => number) | undefined
  /** How long an entry lasts, in milliseconds; 0: for ever. Default 0. */
  ttl?: number | undefined
  /** Called for each value that has left. What it throws is counted and reported, never felt. */
  dispose?: ((value: V, key: K, reason: DisposeReason) => unknown) | undefined
  /** What `fetch` calls. */
  fetchMethod?:
    | ((
        key: K,
        staleValue: V | undefined,
        options: { signal: AbortSignal },
      ) => V | undefined | Promise<V | undefined>)
    | undefined
  /** Whose entries these are, in telemetry. Default `'lru-cache'`. */
  name?: string | undefined
}

const ttlRule = rule<number>(
  'a number of milliseconds from 0 to 2147483647',
  n => typeof n === 'number' && (n === 0 || n >= 1) && n < 2 ** 31,
)
const schema: OptionSchema = v.strictObject({
  max: v.optional(maxEntriesRule),
  maxSize: v.optional(maxBytesRule),
  sizeCalculation: v.optional(callback),
  ttl: v.optional(ttlRule),
  dispose: v.optional(callback),
  fetchMethod: v.optional(callback),
  name: v.optional(text),
})
const setSchema: OptionSchema = v.strictObject({
  ttl: v.optional(ttlRule),
  size: v.optional(rule('an integer >= 0', n => Number.isSafeInteger(n) && (n as number) >= 0)),
})

const REASONS: Readonly<Record<RemovalReason, DisposeReason>> = {
  size: 'evict',
  bytes: 'evict',
  pressure: 'evict',
  expired: 'expire',
  replaced: 'set',
  deleted: 'delete',
  cleared: 'delete',
  closed: 'delete',
}

/**
 * The common part of lru-cache's interface over a cache of ours: a changed import. What differs is in
 * `docs/migration/from-lru-cache.md`.
 */
export class LRUCache<K = unknown, V = unknown> implements Iterable<[K, V]> {
  readonly max: number
  readonly maxSize: number
  readonly ttl: number
  readonly #cache: Cache<K, KeyedValue<K, V>>
  readonly #fetches: boolean

  /** @throws ConfigError for an option that is unknown or wrong */
  constructor(options: LRUCacheOptions<K, V>) {
    checkOptions('LRUCache', schema, options)
    const { max, maxSize, sizeCalculation, ttl = 0, dispose, fetchMethod, name = 'lru-cache' } = options
    if (max === undefined && maxSize === undefined) {
      throw new ConfigError('LRUCache', 'max', 'given, or maxSize', undefined)
    }
    if (maxSize !== undefined && sizeCalculation === undefined) {
      throw new ConfigError('LRUCache', 'sizeCalculation', 'a function, as maxSize is given', undefined)
    }
    this.max = max ?? 0
    this.maxSize = maxSize ?? 0
    this.ttl = ttl
    this.#fetches = fetchMethod !== undefined
    this.#cache = createCache<K, KeyedValue<K, V>>({
      name,
      maxEntries: max,
      maxBytes: maxSize,
      ttlMillis: ttl === 0 ? undefined : ttl,
      leakThresholdMillis: false,
      ...(sizeCalculation === undefined ? {} : { sizeOf: ({ key, value }) => sizeCalculation(value, key) }),
      ...(dispose === undefined
        ? {}
        : { dispose: ({ key, value }, reason) => dispose(value, key, REASONS[reason]) }),
      ...(fetchMethod === undefined
        ? {}
        : {
            load: async (key, signal) => {
              const value = await fetchMethod(key, undefined, { signal })
              return new KeyedValue(key, value as V, ttl === 0 ? Infinity : Date.now() + ttl)
            },
          }),
    })
  }

  get size(): number {
    return this.#cache.size
  }

  get calculatedSize(): number {
    return this.#cache.bytes
  }

  get(key: K): V | undefined {
    return this.#cache.get(key)?.value
  }

  /** As there, `undefined` deletes. @throws ConfigError for an option that is unknown or wrong */
  set(
    key: K,
    value: V | undefined,
    options: { ttl?: number | undefined; size?: number | undefined } = {},
  ): this {
    checkOptions('LRUCache.set', setSchema, options)
    if (value === undefined) {
      this.delete(key)
      return this
    }
    const ttlMillis = (options.ttl ?? this.ttl) || Infinity
    this.#cache.set(key, keyed(this.#cache, key, value, ttlMillis), {
      ttlMillis,
      bytes: this.maxSize === 0 ? undefined : options.size,
    })
    return this
  }

  has(key: K): boolean {
    return this.#cache.has(key)
  }

  peek(key: K): V | undefined {
    return this.#cache.peek(key)?.value
  }

  delete(key: K): boolean {
    return this.#cache.delete(key)
  }

  clear(): void {
    this.#cache.clear()
  }

  /** Without `fetchMethod` it is `get`. One caller's abort leaves the others their answer. */
  async fetch(key: K, options: { signal?: AbortSignal | undefined } = {}): Promise<V | undefined> {
    if (!this.#fetches) return this.get(key)
    return (await this.#cache.fetch(key, options)).value
  }

  /** In milliseconds; Infinity for an entry that lasts for ever, 0 for none. */
  getRemainingTTL(key: K): number {
    const entry = this.#cache.peek(key)
    return entry === undefined ? 0 : entry.expiresAt - Date.now()
  }

  *keys(): Generator<K, undefined> {
    for (const [key] of this) yield key
    return undefined
  }

  *values(): Generator<V, undefined> {
    for (const [, value] of this) yield value
    return undefined
  }

  /** In no order that is promised. */
  *entries(): Generator<[K, V], undefined> {
    for (const [key, { value }] of this.#cache.entries()) yield [key, value]
    return undefined
  }

  [Symbol.iterator](): Generator<[K, V], undefined> {
    return this.entries()
  }

  forEach(callback: (value: V, key: K, cache: this) => void, thisArgument: unknown = this): void {
    for (const [key, value] of this) callback.call(thisArgument, value, key, this)
  }

  get [Symbol.toStringTag](): string {
    return 'LRUCache'
  }
}
