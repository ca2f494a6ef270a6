import { createCache } from '../../src/index.ts'

/** Fills a cache, or a Map, with what is beside the heap, within a group of processes whose memory is limited. */
const [what, millis] = process.argv.slice(2)
const cache = createCache<number, Buffer>({ name: 'small-group', maxBytes: 64 * 2 ** 30 })
const map = new Map<number, Buffer>()
const value = (): Buffer => Buffer.alloc(256 * 1024, 1)

const end = Date.now() + Number(millis)
let sets = 0
let mostBytes = 0
while (Date.now() < end) {
  for (let i = 0; i < 8; i++, sets++) {
    if (what === 'cache') cache.set(sets, value())
    else map.set(sets, value())
  }
  mostBytes = Math.max(mostBytes, cache.bytes)
  await new Promise(resolve => setImmediate(resolve))
}
const { evictions } = cache.stats()

// Afterwards it serves again.
const until = Date.now() + 20_000
let hits = 0
while (Date.now() < until && hits < 95) {
  await new Promise(resolve => setTimeout(resolve, 100))
  hits = 0
  for (let i = -100; i < 0; i++) {
    if (cache.get(i) !== undefined) hits++
    else cache.set(i, Buffer.alloc(1_000))
  }
}
console.log(JSON.stringify({ sets, pressed: evictions.pressure, mostBytes, hits }))
