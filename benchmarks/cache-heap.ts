/**
 * What a cache accounts for values of several kinds, beside the memory that they take in truth: alone, in a `Map`, and in
 * the cache. `npm run bench -- cache-heap [--smoke]`; docs/caches.md has the table.
 */
import { createCache } from '@leasehold/cache'

const ENTRIES = process.argv.includes('--smoke') ? 500 : 20_000

/** A value of each kind, and what the cache is told of its size where it cannot tell by itself. */
interface Kind {
  readonly make: (i: number) => unknown
  readonly sizeOf?: () => number
}

const latin = (i: number, length: number): string =>
  Buffer.from(`${i}`.padEnd(length, 'x')).toString('latin1')
const row = (i: number): object => ({
  id: i,
  name: latin(i, 20),
  price: i + 0.5,
  tags: [latin(i, 8), latin(i + 1, 8)],
})
const page = Array.from({ length: 10 }, (_, i) => row(i))
const pageJson = JSON.stringify(page)

const KINDS: Readonly<Record<string, Kind>> = {
  'string, 100 Latin letters': { make: i => latin(i, 100) },
  'string, 1,000 Latin letters': { make: i => latin(i, 1_000) },
  'string, 1,000 Cyrillic letters': { make: i => Buffer.from(`${i}`.padEnd(1_000, 'ж')).toString() },
  'string, 20 letters cut out of 1,000': { make: i => latin(i, 1_000).slice(10, 30) },
  'Buffer, 100 B, of the pool': { make: () => Buffer.from(latin(1, 100)) },
  'Buffer, 1,000 B, its own memory': { make: () => Buffer.alloc(1_000) },
  'Buffer, 100 B cut out of 10,000': { make: () => Buffer.alloc(10_000).subarray(0, 100) },
  'Uint8Array, 16 B': { make: () => new Uint8Array(16) },
  'object of 4 fields, counted by its data': { make: row, sizeOf: () => 8 + 40 + 8 + 32 },
  'ten such objects, by the length of their JSON': {
    make: () => JSON.parse(pageJson) as unknown,
    sizeOf: () => 2 * pageJson.length,
  },
}

/** Of the heap and of what buffers have beside it, when nothing is left to collect. */
async function usedBytes(): Promise<number> {
  for (let i = 0; i < 4; i++) {
    globalThis.gc?.()
    // Memory of buffers is given back in a later turn.
    await new Promise(resolve => setImmediate(resolve))
  }
  const { heapUsed, external } = process.memoryUsage()
  return heapUsed + external
}

/** What an entry takes in the store that `fill` fills. */
async function perEntry(fill: () => unknown): Promise<number> {
  const before = await usedBytes()
  const filled = fill()
  const after = await usedBytes()
  // Kept until now.
  return filled === undefined ? Number.NaN : (after - before) / ENTRIES
}

const keys = Array.from({ length: ENTRIES }, (_, i) => `key:${i}`)
const column = (bytes: number): string => `${Math.round(bytes)}`.padStart(9)

console.log(`bytes an entry, of ${ENTRIES}; Node.js ${process.versions.node}`)
console.log(`${''.padEnd(48)}accounted  in truth    in a Map   in the cache`)
for (const [kind, { make, sizeOf }] of Object.entries(KINDS)) {
  const cacheOf = (): ReturnType<typeof createCache<string, unknown>> => {
    const cache = createCache<string, unknown>({
      name: 'heap',
      maxEntries: ENTRIES,
      maxBytes: 2 ** 40,
      pressure: false,
      ...(sizeOf === undefined ? {} : { sizeOf }),
    })
    for (const [i, key] of keys.entries()) cache.set(key, make(i))
    return cache
  }
  const first = cacheOf()
  const accounted = first.bytes / first.size
  await first.close()
  const alone = await perEntry(() => keys.map((_, i) => make(i)))
  const inMap = await perEntry(() => new Map(keys.map((key, i) => [key, make(i)])))
  const inCache = await perEntry(cacheOf)
  console.log(`${kind.padEnd(48)}${[accounted, alone, inMap, inCache].map(column).join('   ')}`)
}
