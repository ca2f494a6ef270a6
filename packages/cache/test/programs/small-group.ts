import { createCache } from '../../src/index.ts'

/**
 * Fills a cache, or a Map, with what is outside of the heap, for so many milliseconds; prints whether it was
 * trimmed, and serves again.
 */
const [what, millis] = process.argv.slice(2)
const cache = createCache<number, Buffer>({ name: 'small-group', maxEntries: 10_000_000 })
const map = new Map<number, Buffer>()
const BYTES = 8 * 1024

const end = Date.now() + Number(millis)
let sets = 0
while (Date.now() < end) {
  for (let i = 0; i < 32; i++, sets++) {
    if (what === 'cache') cache.set(sets, Buffer.alloc(BYTES, 1))
    else map.set(sets, Buffer.alloc(BYTES, 1))
  }
  await new Promise(resolve => setTimeout(resolve, 1))
}
const { evictions } = cache.stats()

// Afterwards it idles but for a few keys, asked for again and again: nothing makes V8 collect what the kernel counts.
const until = Date.now() + 20_000
let hits = 0
while (Date.now() < until && hits < 15) {
  await new Promise(resolve => setTimeout(resolve, 100))
  hits = 0
  for (let i = -16; i < 0; i++) {
    if (cache.get(i) !== undefined) hits++
    else cache.set(i, Buffer.alloc(100))
  }
}
console.log(JSON.stringify({ sets, pressed: evictions.pressure, hits }))
