/**
 * What a cache costs, and how often it has what is asked for, beside quick-lru and lru-cache.
 * `npm run bench -- cache [--smoke] [--trace=file…]`; a trace has a number a line, as `scripts/traces.mjs` makes it.
 */
import { createCache } from '@leasehold/cache'
import { metrics, trace } from '@opentelemetry/api'
import { MeterProvider } from '@opentelemetry/sdk-metrics'
import { BasicTracerProvider } from '@opentelemetry/sdk-trace-base'
import { LRUCache } from 'lru-cache'
import QuickLRU from 'quick-lru'
import { loads, readTrace } from './cache-loads.ts'
import { bytesAnEntry, longestMillis } from './cache-limits.ts'
import { bar, bestNanos, heading } from './measure.ts'

// Really on: what is measured is what a program with telemetry pays.
metrics.setGlobalMeterProvider(new MeterProvider())
trace.setGlobalTracerProvider(new BasicTracerProvider())

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
  const lru = new LRUCache<string, object>({ max: size }) as unknown as Contestant
  for (const cache of [own, quick, lru]) for (let i = 0; i < size; i++) cache.set(keys[i], value)
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
      for (let i = 0; i < asked.length; i++) cache.set(keys[at++ % keys.length], value)
    }
  }
  heading(`set, evicting, of ${size}`, `best of ${ROUNDS} rounds`)
  const sets = bestNanos(ROUNDS, asked.length, { own: set(own), 'lru-cache': set(lru) })
  bar('set, evicting, beside lru-cache', sets.own / sets['lru-cache'], 1.25, 'x')
}

heading('fetch, hit, of 1000', `best of ${ROUNDS} rounds`)
{
  const cache = createCache<number, object>({
    name: 'bench',
    maxEntries: 1_000,
    pressure: false,
    load: () => value,
  })
  for (let i = 0; i < 1_000; i++) cache.set(i, value)
  const count = isSmoke ? 10_000 : 100_000
  // Not awaited one by one: that costs the same whatever a promise is of.
  const nanos = bestNanos(ROUNDS, count, {
    fetch: () => {
      for (let i = 0; i < count; i++) void cache.fetch(i % 1_000)
    },
    'get and a promise of it': () => {
      for (let i = 0; i < count; i++) void Promise.resolve(cache.get(i % 1_000))
    },
    get: () => {
      for (let i = 0; i < count; i++) cache.get(i % 1_000)
    },
  })
  bar('fetch, hit, beside get', nanos.fetch / nanos.get, 1.5, 'x')
  bar('fetch, hit, beside get and a promise', nanos.fetch / nanos['get and a promise of it'], 1.5, 'x')
}

heading('of 100,000 entries', 'once')
const longest = longestMillis(isSmoke ? 1_000 : 100_000)
console.log(`  lru-cache, longest operation ${longest.lru.toFixed(2)} ms, ${longest.lruLong} over 1 ms`)
console.log(
  `  own, ${longest.ownLong} of ${longest.operations} operations over 1 ms, collections of garbage included`,
)
bar('longest operation', longest.own, 1, 'ms')
bar('bytes an entry over a bare Map', bytesAnEntry(isSmoke ? 1_000 : 100_000), 120, 'B')

const traces = process.argv.filter(arg => arg.startsWith('--trace=')).map(arg => arg.slice('--trace='.length))
const all = {
  ...loads(isSmoke ? 5_000 : 300_000),
  ...Object.fromEntries(traces.map(path => [path.split('/').at(-1)!, readTrace(path)])),
}
const gains = new Map<string, number[]>()
console.log('\nhit rate, % (lru-cache, own, Belady’s bound)')
for (const [name, keys] of Object.entries(all)) {
  for (const size of [200, 1_000, 4_000]) {
    const own = hitRate(
      createCache<unknown, unknown>({ name: 'bench', maxEntries: size, pressure: false }),
      keys,
    )
    const lru = hitRate(new LRUCache<string, object>({ max: size }), keys)
    gains.set(name, [...(gains.get(name) ?? []), own - lru])
    const best = beladyRate(keys, size)
    const figures = [lru, own, best].map(rate => rate.toFixed(1).padStart(6)).join(' ')
    console.log(
      `  ${name.padEnd(24)} ${String(size).padStart(6)} ${figures}  ${(own - lru).toFixed(1).padStart(6)}`,
    )
  }
}

for (const [kind, names] of [
  ['made', Object.keys(all).slice(0, -traces.length || undefined)],
  ['traces', Object.keys(all).slice(traces.length === 0 ? Infinity : -traces.length)],
] as const) {
  const each = names.flatMap(name => gains.get(name)!)
  if (each.length === 0) continue
  const mean = each.reduce((sum, gain) => sum + gain, 0) / each.length
  console.log(
    `  ${kind}: mean ${mean.toFixed(2)}, least ${Math.min(...each).toFixed(2)} points, ${each.length} rows`,
  )
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
