import { createCache } from '../../src/index.ts'

/** Fills a cache, or a Map, with what is outside of the heap, for so many milliseconds; prints whether it was trimmed. */
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
console.log(JSON.stringify({ sets, pressed: cache.stats().evictions.pressure }))
