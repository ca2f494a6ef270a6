import { createCache } from '../../src/index.ts'

/** Fills a cache, or a Map, that is limited far above the heap, for so many milliseconds. */
const [what, millis] = process.argv.slice(2)
const cache = createCache<number, number[]>({ name: 'small-heap', maxEntries: 10_000_000 })
const map = new Map<number, number[]>()
const value = (i: number): number[] => new Array<number>(512).fill(i + 0.5)

const end = Date.now() + Number(millis)
let sets = 0
while (Date.now() < end) {
  for (let i = 0; i < 500; i++, sets++) {
    if (what === 'cache') cache.set(sets, value(sets))
    else map.set(sets, value(sets))
  }
  await new Promise(resolve => setImmediate(resolve))
}
// Garbage counts as used until V8 collects it, which it does when it pleases: not to be waited for here.
;(globalThis as { gc?: () => void }).gc?.()
// Afterwards it serves again: a small set of keys, asked for again and again.
const until = Date.now() + 40_000
let hitRateAfter = 0
while (Date.now() < until && hitRateAfter < 0.95) {
  const before = cache.stats()
  for (let round = 0; round < 50; round++) {
    for (let i = -100; i < 0; i++) if (cache.get(i) === undefined) cache.set(i, [i])
  }
  const { hits, misses } = cache.stats()
  hitRateAfter = (hits - before.hits) / (hits - before.hits + misses - before.misses)
  await new Promise(resolve => setTimeout(resolve, 100))
}
console.log(JSON.stringify({ sets, pressed: cache.stats().evictions.pressure, hitRateAfter }))
