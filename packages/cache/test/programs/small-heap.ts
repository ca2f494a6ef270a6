import { createCache } from '../../src/index.ts'

/**
 * Fills a cache, or a Map, that is limited far above the heap, for so many milliseconds: letting the loop turn, or not. What
 * it prints tells whether it survived, and how soon it served again afterwards.
 */
const [what, millis, turns] = process.argv.slice(2)
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
  if (turns !== 'busy') await new Promise(resolve => setImmediate(resolve))
}
const { evictions } = cache.stats()

// Afterwards it is idle but for a small set of keys, asked for again and again: nothing makes V8 collect.
const until = Date.now() + 60_000
const recovering = Date.now()
let hitRateAfter = 0
while (Date.now() < until && hitRateAfter < 0.95) {
  await new Promise(resolve => setTimeout(resolve, 100))
  const before = cache.stats()
  for (let round = 0; round < 50; round++) {
    for (let i = -100; i < 0; i++) if (cache.get(i) === undefined) cache.set(i, [i])
  }
  const { hits, misses } = cache.stats()
  hitRateAfter = (hits - before.hits) / (hits - before.hits + misses - before.misses)
}
const recoveredAfterMillis = Date.now() - recovering
console.log(JSON.stringify({ sets, pressed: evictions.pressure, hitRateAfter, recoveredAfterMillis }))
