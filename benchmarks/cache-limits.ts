/** How long one operation takes at the worst, and how much memory an entry costs. */
import { createCache } from '@leasehold/cache'
import { LRUCache } from 'lru-cache'

export interface Longest {
  /** Of operations without a collection of garbage within, as far as a second run tells: the least of three runs. */
  readonly own: number
  readonly lru: number
  readonly operations: number
  readonly ownLong: number
  readonly lruLong: number
}

/** Sets and gets a cache of `size` over and over; each operation is timed by itself. */
export function longestMillis(size: number): Longest {
  const operations = size * 6
  const keys = Array.from({ length: size * 5 }, (_, i) => `key:${i}`)
  const value = {}
  const run = (cache: { get(key: string): unknown; set(key: string, value: object): unknown }): number[] => {
    const long = new Float64Array(operations)
    globalThis.gc?.()
    for (let i = 0; i < operations; i++) {
      const key = keys[i % 3 === 0 ? (i * 7) % keys.length : i % keys.length]!
      const startedAt = performance.now()
      if (cache.get(key) === undefined) cache.set(key, value)
      long[i] = performance.now() - startedAt
    }
    return [Math.max(...long.filter(millis => millis > 0.2), 0), long.filter(millis => millis > 1).length]
  }
  const best = (make: () => Parameters<typeof run>[0]): number[] =>
    [1, 2, 3].map(() => run(make())).toSorted(([a], [b]) => a! - b!)[0]!
  const own = best(() => createCache<string, object>({ name: 'bench', maxEntries: size, pressure: false }))
  const lru = best(() => new LRUCache<string, object>({ max: size }))
  return { own: own[0]!, lru: lru[0]!, operations, ownLong: own[1]!, lruLong: lru[1]! }
}

/** What a full cache that has evicted as many again needs for each entry, over what a bare Map of them does. */
export function bytesAnEntry(size: number): number {
  const keys = Array.from({ length: size * 2 }, (_, i) => `key:${i}`)
  const value = {}
  const cost = (make: () => unknown): number => {
    globalThis.gc?.()
    const before = used()
    const made = make()
    globalThis.gc?.()
    const bytes = (used() - before) / size
    return made === undefined ? NaN : bytes
  }
  const own = cost(() => {
    const cache = createCache<string, object>({ name: 'bench', maxEntries: size, pressure: false })
    for (const key of keys) cache.set(key, value)
    return cache
  })
  return own - cost(() => new Map(keys.slice(size).map(key => [key, value])))
}

function used(): number {
  const { heapUsed, external } = process.memoryUsage()
  return heapUsed + external
}
