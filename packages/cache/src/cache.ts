import { ConfigError } from '@leasehold/core'
import { CacheFrame } from './cache-frame.ts'
import type { CacheLease } from './cache-lease.ts'
import { cacheSettings, type CacheOptions } from './cache-options.ts'
import { cacheStats, type CacheStats } from './cache-stats.ts'
import { awaitEnd, endCache, type CacheCloseReport } from './cache-close.ts'
import {
  checkClose,
  checkFetch,
  checkResize,
  checkSet,
  checkTrim,
  type CacheCloseOptions,
  type FetchOptions,
  type ResizeOptions,
  type SetOptions,
  type TrimOptions,
} from './call-options.ts'
import type { CacheFigures } from './cache-figures.ts'
import type { Entry } from './entry.ts'
import type { EntryStore } from './entry-store.ts'
import { PressureRelief } from './pressure-relief.ts'
import { abortReason, type Wants } from './load-caller.ts'

/** What is not there: `undefined` is a value like others. */
const NOTHING: unique symbol = Symbol('nothing')

/** A cache whose limits hold at every instant. Made by {@link createCache}. */
export class Cache<K, V> implements AsyncDisposable {
  readonly #frame: CacheFrame<K, V>
  // Of the frame, once more: every hit goes through both.
  readonly #store: EntryStore<K, V>
  readonly #figures: CacheFigures
  readonly #hasLoad: boolean
  #relief: PressureRelief | undefined

  /** @throws ConfigError for an option that is unknown or wrong */
  constructor(options: CacheOptions<K, V> = {}) {
    this.#frame = new CacheFrame(cacheSettings(options))
    this.#store = this.#frame.store
    this.#figures = this.#frame.figures
    this.#hasLoad = this.#frame.settings.load !== undefined
    this.#frame.telemetry.watch(this)
    const { pressure } = this.#frame.settings
    if (pressure !== false) this.#relief = new PressureRelief(pressure, this.#frame, this)
  }

  get name(): string {
    return this.#frame.settings.name
  }

  /** How many entries there are, expired ones that have not been noticed yet among them. */
  get size(): number {
    return this.#figures.entries
  }

  /** The accounted size of all live values together; 0 without `maxBytes` or `sizeOf`. */
  get bytes(): number {
    return this.#figures.bytes
  }

  /**
   * The key's value, or undefined: then {@link has} tells whether it is that. A stale one sets off a load.
   *
   * @throws CacheError `ERR_CACHE_CLOSED`
   */
  get(key: K): V | undefined {
    const entry = this.#store.get(key)
    if (entry === undefined) return this.#missed()
    // Now: a load that a stale value sets off may use the cache, and the entry with it.
    const { value } = entry
    this.#store.hit(entry)
    if (this.#store.isTimed) return this.#isThere(key, entry) ? value : undefined
    this.#figures.hits++
    return value
  }

  /** The key's value, asked for by nobody: it counts as no request, and keeps nothing in the cache. */
  peek(key: K): V | undefined {
    return this.#found(key)?.value
  }

  /** Whether `get` would answer. Counts as no request. */
  has(key: K): boolean {
    return this.#found(key) !== undefined
  }

  /**
   * Puts a value in, and takes its ownership: with `dispose` it is disposed of once it has left. The same value once more
   * is only renewed.
   *
   * @returns false if it was not let in, being larger than `maxBytes`, or as memory is short: it is disposed of then, and
   *   the key has nothing
   * @throws CacheError `ERR_CACHE_CLOSED`
   * @throws ConfigError for an option that is wrong, a missing `sizeOf` or a nonsensical answer of it; and whatever it
   *   throws. The value is the caller's then, and nothing has changed
   */
  set(key: K, value: V, options?: SetOptions): boolean {
    const frame = this.#frame
    const { settings, retirements } = frame
    frame.refuseWhenClosed()
    if ((this.#figures.sets & 127) === 127) this.#relief?.check()
    let { ttlMillis } = settings
    let bytes: number | undefined
    if (options !== undefined) {
      checkSet(settings.owner, options)
      ttlMillis = options.ttlMillis ?? ttlMillis
      bytes = options.bytes
    }
    if (bytes === undefined) {
      bytes = frame.sizeOf(value, key)
      // By the program's sizeOf.
      frame.refuseWhenClosed()
    }
    frame.loads.detach(key, 'replaced')
    frame.rejections.delete(key)
    const old = this.#store.get(key)
    const isSame = old !== undefined && Object.is(old.value, value)
    const refusal = frame.admit(old, key, value, bytes, ttlMillis)
    if (refusal !== undefined && !isSame) retirements.refused(value, bytes, refusal)
    retirements.run()
    return refusal === undefined && !frame.isClosed
  }

  /** @returns whether there was something */
  delete(key: K): boolean {
    const { loads, rejections, retirements } = this.#frame
    loads.detach(key, 'deleted')
    rejections.delete(key)
    const entry = this.#store.get(key)
    if (entry === undefined) return false
    const isGone = this.#store.ageOf(entry) === 'gone'
    this.#store.remove(key, entry, 'deleted')
    retirements.run()
    return !isGone
  }

  clear(): void {
    const { loads, rejections } = this.#frame
    loads.detachAll('cleared')
    rejections.clear()
    this.#frame.sweeping(() => this.#store.removeAll('cleared'))
  }

  /** Keys and values, in no order that is promised. What changes meanwhile may show or not. */
  entries(): IterableIterator<[K, V]> {
    return this.#store.live()
  }

  [Symbol.iterator](): IterableIterator<[K, V]> {
    return this.entries()
  }

  /**
   * The key's value, loaded if need be: once for all that ask meanwhile. A value that may be disposed of had better be
   * asked for by {@link fetchLease}.
   *
   * @throws whatever (rejects) `load` failed with, now or within `negativeTtlMillis`; `signal.reason` once aborted
   * @throws CacheError (rejects) `ERR_CACHE_LOAD_TIMEOUT`, `ERR_CACHE_CLOSED`
   * @throws ConfigError (rejects) for an option that is unknown or wrong, or without `load`
   */
  fetch(key: K, options?: FetchOptions): Promise<V> {
    if (options === undefined) {
      const entry = this.#store.get(key)
      if (entry !== undefined && this.#hasLoad && !this.#store.isTimed) {
        this.#store.hit(entry)
        this.#figures.hits++
        return Promise.resolve(entry.value)
      }
    }
    return this.#fetch(key, 'fetch', 'value', options) as Promise<V>
  }

  /**
   * Lends the key's value, if there is one: until the lease is released it is not disposed of.
   *
   * @throws CacheError `ERR_CACHE_CLOSED`
   */
  lease(key: K): CacheLease<V> | undefined {
    const lease = this.#requested(key, 'lease')
    return lease === NOTHING ? undefined : (lease as CacheLease<V>)
  }

  /** As {@link fetch}, and lends the value. */
  fetchLease(key: K, options?: FetchOptions): Promise<CacheLease<V>> {
    return this.#fetch(key, 'fetchLease', 'lease', options) as Promise<CacheLease<V>>
  }

  /**
   * Evicts until no more is left than that. Those that go are counted under the limit that is lowered: `bytes` or `size`.
   *
   * @returns how many entries have gone
   * @throws ConfigError for an option that is unknown or wrong
   */
  trim(options: TrimOptions): number {
    const { settings, figures } = this.#frame
    checkTrim(settings.owner, options)
    const { toBytes, toFraction = 1 } = options
    const before = figures.entries
    return this.#frame.sweeping(() => {
      if (toBytes !== undefined || figures.maxBytes !== Infinity) {
        const most = toBytes ?? Math.floor(figures.bytes * toFraction)
        while (figures.bytes > most && this.#store.evict('bytes'));
      } else {
        const most = Math.floor(figures.entries * toFraction)
        while (figures.entries > most && this.#store.evict('size'));
      }
      return before - figures.entries
    })
  }

  /**
   * Changes the limits; what exceeds them goes at once.
   *
   * @throws ConfigError for an option that is unknown or wrong, if no limit would be left, or for `maxBytes` of a cache
   *   that has had neither that nor `sizeOf`, and knows no sizes
   */
  resize(options: ResizeOptions): void {
    const { settings, figures, isSized } = this.#frame
    checkResize(settings.owner, options)
    const { maxEntries = figures.maxEntries, maxBytes = figures.maxBytes } = options
    const owner = `${settings.owner}.resize`
    if (!isSized && options.maxBytes !== undefined && options.maxBytes !== Infinity) {
      const expected = 'left out, as the cache was made without maxBytes and sizeOf'
      throw new ConfigError(owner, 'maxBytes', expected, options.maxBytes)
    }
    if (maxEntries === Infinity && maxBytes === Infinity) {
      throw new ConfigError(owner, 'maxEntries', 'finite, as maxBytes is not', Infinity)
    }
    figures.maxEntries = maxEntries
    figures.maxBytes = maxBytes
    this.#frame.sweeping(() => this.#store.fit())
  }

  /** A snapshot. */
  stats(): CacheStats {
    return cacheStats(this.name, this.#figures)
  }

  /**
   * Ends the cache: everything leaves it, loads are aborted, who waits for one is told `ERR_CACHE_CLOSED`. Resolves when
   * no value is lent any more, and each `dispose` has ended or was given up; or after `timeoutMillis` (10,000), and tells
   * what remained: it ends as soon as it is returned. May be called again, to wait longer.
   *
   * @throws ConfigError (rejects) for an option that is unknown or wrong
   */
  async close(options: CacheCloseOptions = {}): Promise<CacheCloseReport> {
    const timeoutMillis = checkClose(this.#frame.settings.owner, options)
    if (!this.#frame.isClosed) {
      endCache(this.#frame)
      this.#relief?.close()
    }
    return awaitEnd(this.#frame, timeoutMillis)
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.close()
  }

  /** A request that found nothing. */
  #missed(): undefined {
    this.#frame.refuseWhenClosed()
    this.#figures.misses++
    return undefined
  }

  /** Counts a request, of an entry that may have a time-out. */
  #isThere(key: K, entry: Entry<V>): boolean {
    const age = this.#store.ageOf(entry)
    if (age === 'gone') {
      this.#store.remove(key, entry, 'expired')
      this.#frame.retirements.run()
      this.#figures.misses++
      return false
    }
    if (age === 'fresh') this.#figures.hits++
    else {
      this.#figures.stale++
      this.#frame.loads.refresh(key)
    }
    return true
  }

  /** @returns NOTHING for a miss */
  #requested(key: K, wants: Wants): V | CacheLease<V> | typeof NOTHING {
    const entry = this.#store.get(key)
    if (entry === undefined) return this.#missed() ?? NOTHING
    this.#store.hit(entry)
    const isGone = this.#store.ageOf(entry) === 'gone'
    // Before a load is set off, which may use the cache, and the entry with it.
    const { value } = entry
    const found = wants === 'value' || isGone ? value : this.#frame.loans.lend(this.#frame.holdOf(entry))
    return this.#isThere(key, entry) ? found : NOTHING
  }

  #found(key: K): Entry<V> | undefined {
    const entry = this.#store.get(key)
    return entry === undefined || (this.#store.isTimed && this.#store.ageOf(entry) === 'gone')
      ? undefined
      : entry
  }

  async #fetch(key: K, call: string, wants: Wants, options?: FetchOptions): Promise<V | CacheLease<V>> {
    const { settings, loads, rejections } = this.#frame
    this.#frame.refuseWhenClosed()
    if (options !== undefined) checkFetch(settings.owner, call, options)
    if (settings.load === undefined) {
      throw new ConfigError(settings.owner, 'load', `a function, as ${call} is called`, undefined)
    }
    const signal = options?.signal
    if (signal?.aborted === true) throw abortReason(signal)
    const found = this.#requested(key, wants)
    if (found !== NOTHING) return found
    const rejection = rejections.get(key)
    if (rejection !== undefined) throw rejection.error
    return loads.join(key, wants, signal)
  }
}

/**
 * Makes a cache.
 *
 * @throws ConfigError for an option that is unknown or wrong
 */
export function createCache<K, V>(options: CacheOptions<K, V> = {}): Cache<K, V> {
  return new Cache(options)
}
