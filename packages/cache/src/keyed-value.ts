import type { Cache } from './cache.ts'

/** A value that knows its key and its time, for other caches' interfaces, whose callbacks are given keys. */
export class KeyedValue<K, V> {
  readonly key: K
  readonly value: V
  /** On the clock of `Date.now`, as those interfaces tell it; Infinity: for ever. */
  expiresAt: number

  constructor(key: K, value: V, expiresAt: number) {
    this.key = key
    this.value = value
    this.expiresAt = expiresAt
  }
}

/** What to set for a value: the same once more for the same value, which then is not disposed of. */
export function keyed<K, V>(
  cache: Cache<K, KeyedValue<K, V>>,
  key: K,
  value: V,
  ttlMillis: number,
): KeyedValue<K, V> {
  const expiresAt = ttlMillis === Infinity ? Infinity : Date.now() + ttlMillis
  const there = cache.peek(key)
  if (there === undefined || !Object.is(there.value, value)) return new KeyedValue(key, value, expiresAt)
  there.expiresAt = expiresAt
  return there
}
