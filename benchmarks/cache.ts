/**
 * What a cache costs, and how often it has what is asked for, beside quick-lru and lru-cache.
 * `npm run bench -- cache [--smoke] [--trace=file…]`; a trace has a number a line.
 */
import { createCache } from '@leasehold/cache'
import { LRUCache } from 'lru-cache'
import QuickLRU from 'quick-lru'
import { loads, readTrace } from './cache-loads.ts'
import { bar, bestNanos, heading } from './measure.ts'

const isSmoke = process.argv.includes('--smoke')
const ROUNDS = isSmoke ? 2 : 40
const SIZES = isSmoke ? [1_000] : [1_000, 100_000, 1_000_000]

interface Contestant {
  get(key: unknown): unknown
  set(key: unknown, value: unknown): unknown
}

const value = {}

for (const size of SIZES) {
  const keys = Array.from({ length: size * (size > 100_000 ? 2 : 10) }, (_, i) => `key:${i}`)
  const own = createCache<unknown, unknown>({ name: 'bench', maxEntries: size, pressure: false })
  const quick = new QuickLRU<unknown, unknown>({ maxSize: size * 2 })
  const lru = new LRUCache({ max: size })
  for (const cache of [own, quick, lru]) for (let i = 0; i < size; i++) cache.set(keys[i]!, value)
  const asked = Array.from({ length: 1 << 17 }, () => keys[Math.floor(Math.random() * size)])
  const get = (cache: Contestant) => (): void => {
    for (const key of asked) if (cache.get(key) !== value) throw new Error('a miss')
  }
  heading(`get, hit, of ${size}`, `best of ${ROUNDS} rounds`)
  const gets = bestNanos(ROUNDS, asked.length, {
    own: get(own),
    'quick-lru': get(quick),
    'lru-cache': get(lru),
  })
  bar('get, hit, beside quick-lru', gets.own / gets['quick-lru'], 1.25, 'x')
  const set = (cache: Contestant): (() => void) => {
    let at = size
    return () => {
      for (let i = 0; i < asked.length; i++) cache.set(keys[at++ % keys.length]!, value)
    }
  }
  heading(`set, evicting, of ${size}`, `best of ${ROUNDS} rounds`)
  const sets = bestNanos(ROUNDS, asked.length, { own: set(own), 'lru-cache': set(lru) })
  bar('set, evicting, beside lru-cache', sets.own / sets['lru-cache'], 1.25, 'x')
}

const traces = process.argv.filter(arg => arg.startsWith('--trace=')).map(arg => arg.slice('--trace='.length))
const all = {
  ...loads(isSmoke ? 5_000 : 300_000),
  ...Object.fromEntries(traces.map(path => [path.split('/').at(-1)!, readTrace(path)])),
}
console.log('\nhit rate, % (lru-cache, own, Belady’s bound)')
for (const [name, keys] of Object.entries(all)) {
  for (const size of [200, 1_000, 4_000]) {
    const own = hitRate(
      createCache<unknown, unknown>({ name: 'bench', maxEntries: size, pressure: false }),
      keys,
    )
    const lru = hitRate(new LRUCache({ max: size }), keys)
    const best = beladyRate(keys, size)
    const figures = [lru, own, best].map(rate => rate.toFixed(1).padStart(6)).join(' ')
    console.log(
      `  ${name.padEnd(24)} ${String(size).padStart(6)} ${figures}  ${(own - lru).toFixed(1).padStart(6)}`,
    )
  }
}

function hitRate(cache: Contestant, keys: readonly number[]): number {
  let hits = 0
  for (const key of keys) {
    if (cache.get(key) === undefined) cache.set(key, value)
    else hits++
  }
  return (100 * hits) / keys.length
}

/** What nobody can exceed: with all that is to come known, whatever comes latest goes. */
function beladyRate(keys: readonly number[], size: number): number {
  const next = new Float64Array(keys.length).fill(Infinity)
  const seen = new Map<number, number>()
  for (let i = keys.length - 1; i >= 0; i--) {
    next[i] = seen.get(keys[i]!) ?? Infinity
    seen.set(keys[i]!, i)
  }
  // A heap of moments, the latest first; those of keys that have been asked for since are skipped.
  const heap: { at: number; key: number }[] = []
  const there = new Map<number, number>()
  let hits = 0
  keys.forEach((key, i) => {
    if (there.has(key)) hits++
    else if (there.size >= size) {
      let last = pop(heap)
      while (there.get(last.key) !== last.at) last = pop(heap)
      there.delete(last.key)
    }
    there.set(key, next[i]!)
    push(heap, { at: next[i]!, key })
  })
  return (100 * hits) / keys.length
}

function push(heap: { at: number; key: number }[], item: { at: number; key: number }): void {
  let i = heap.push(item) - 1
  for (let up = (i - 1) >> 1; i > 0 && heap[up]!.at < item.at; i = up, up = (i - 1) >> 1) heap[i] = heap[up]!
  heap[i] = item
}

function pop(heap: { at: number; key: number }[]): { at: number; key: number } {
  const first = heap[0]!
  const item = heap.pop()!
  if (heap.length === 0) return first
  let i = 0
  for (;;) {
    let child = 2 * i + 1
    if (child >= heap.length) break
    if (child + 1 < heap.length && heap[child + 1]!.at > heap[child]!.at) child++
    if (heap[child]!.at <= item.at) break
    heap[i] = heap[child]!
    i = child
  }
  heap[i] = item
  return first
}
