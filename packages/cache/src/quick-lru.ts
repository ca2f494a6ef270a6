import * as v from 'valibot'
import { callback, checkOptions, rule, text, type OptionSchema } from '@leasehold/core'
import { createCache, type Cache } from './cache.ts'
import { maxEntriesRule } from './cache-options.ts'
import { keyed, type KeyedValue } from './keyed-value.ts'

/** quick-lru's options, and a name. */
export interface QuickLRUOptions<K, V> {
  /** At most so many entries. Exact: quick-lru itself holds up to twice as many. */
  maxSize: number
  /** How long an entry lasts, in milliseconds. Default: for ever. */
  maxAge?: number | undefined
  /** Called for each entry that is evicted or has expired. What it throws is counted and reported, never felt. */
  onEviction?: ((key: K, value: V) => void) | undefined
  /** Whose entries these are, in telemetry. Default `'quick-lru'`. */
  name?: string | undefined
}

const age = rule<number>('a number of milliseconds from 1, or Infinity', n => typeof n === 'number' && n >= 1)
const schema: OptionSchema = v.strictObject({
  maxSize: maxEntriesRule,
  maxAge: v.optional(age),
  onEviction: v.optional(callback),
  name: v.optional(text),
})
const setSchema: OptionSchema = v.strictObject({ maxAge: v.optional(age) })

/**
 * quick-lru's interface over a cache of ours: a changed import. What differs is in
 * `docs/migration/from-quick-lru.md`.
 */
class QuickLRU<K = unknown, V = unknown> implements Iterable<[K, V]> {
  readonly #cache: Cache<K, KeyedValue<K, V>>
  readonly #owner: string
  readonly #maxAge: number
  #maxSize: number

  /** @throws ConfigError for an option that is unknown or wrong */
  constructor(options: QuickLRUOptions<K, V>) {
    checkOptions('QuickLRU', schema, options)
    const { maxSize, maxAge = Infinity, onEviction, name = 'quick-lru' } = options
    this.#owner = 'QuickLRU'
    this.#maxSize = maxSize
    this.#maxAge = maxAge
    this.#cache = createCache({
      name,
      maxEntries: maxSize,
      leakThresholdMillis: false,
      ...(onEviction === undefined
        ? {}
        : {
            dispose: ({ key, value }: KeyedValue<K, V>, reason) => {
              if (reason === 'size' || reason === 'expired' || reason === 'pressure') onEviction(key, value)
            },
          }),
    })
  }

  get size(): number {
    return this.#cache.size
  }

  get maxSize(): number {
    return this.#maxSize
  }

  get maxAge(): number {
    return this.#maxAge
  }

  get(key: K): V | undefined {
    return this.#cache.get(key)?.value
  }

  /** @throws ConfigError for an option that is unknown or wrong */
  set(key: K, value: V, options: { maxAge?: number | undefined } = {}): this {
    checkOptions(`${this.#owner}.set`, setSchema, options)
    const ttlMillis = options.maxAge ?? this.#maxAge
    this.#cache.set(key, keyed(this.#cache, key, value, ttlMillis), timeOut(ttlMillis))
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

  /** In milliseconds; Infinity for an entry that lasts for ever, undefined for none. */
  expiresIn(key: K): number | undefined {
    const entry = this.#cache.peek(key)
    return entry === undefined ? undefined : entry.expiresAt - Date.now()
  }

  /** @throws ConfigError for a size that is wrong */
  resize(maxSize: number): void {
    checkOptions(`${this.#owner}.resize`, schema, { maxSize })
    this.#cache.resize({ maxEntries: maxSize })
    this.#maxSize = maxSize
  }

  /** Evicts `count` entries (1), but never the last one. */
  evict(count: number = 1): void {
    const { size } = this.#cache
    const most = Math.trunc(Math.min(Number(count), size - 1))
    if (most > 0) this.#cache.trim({ toFraction: (size - most) / size })
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

  /** As {@link entries}: what is evicted next is no question of age alone. */
  entriesAscending(): Generator<[K, V], undefined> {
    return this.entries()
  }

  /** As {@link entries}, from the other end. */
  *entriesDescending(): Generator<[K, V], undefined> {
    yield* [...this.entries()].toReversed()
    return undefined
  }

  forEach(callback: (value: V, key: K, cache: this) => void, thisArgument: unknown = this): void {
    for (const [key, value] of this) callback.call(thisArgument, value, key, this)
  }

  get [Symbol.toStringTag](): string {
    return 'QuickLRU'
  }
}

/** At most what a time-out of ours can be. */
function timeOut(ttlMillis: number): { ttlMillis: number } | undefined {
  return ttlMillis === Infinity ? undefined : { ttlMillis: Math.min(ttlMillis, 2 ** 31 - 1) }
}

// oxlint-disable-next-line import/no-default-export -- as quick-lru has it: only the import is to be changed
export { QuickLRU as default }
