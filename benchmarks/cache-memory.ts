/**
 * What a cache accounts for, beside what the process really holds for it: each kind of value in a cache of its own, measured
 * after a collection. For the table in docs/caches.md.
 */
import { createCache } from '@leasehold/cache'
import { heading } from './measure.ts'

const isSmoke = process.argv.includes('--smoke')
const ENTRIES = isSmoke ? 2_000 : 50_000
const collect = (globalThis as { gc?: () => void }).gc!

interface Kind<V> {
  readonly what: string
  readonly value: (i: number) => V
  readonly sizeOf?: (value: V) => number
}

interface Product {
  readonly id: number
  readonly title: string
  readonly price: number
  readonly tags: string[]
}

/** One string of its own: joined and cut ones keep what they came from. */
const flat = (text: string): string => Buffer.from(text).toString()
const block = Buffer.alloc(64 * 1024, 7)

const kinds = [
  kind({ what: 'a Buffer of 1 KiB', value: () => Buffer.alloc(1_024, 1) }),
  kind({ what: 'a Uint8Array of 100 bytes', value: () => new Uint8Array(100).fill(1) }),
  kind({ what: 'a string of 1,000 characters, Latin-1', value: i => flat(`${i}`.padEnd(1_000, 'x')) }),
  kind({ what: 'the same with one other character', value: i => flat(`${i}`.padEnd(999, 'x') + 'Ω') }),
  kind({ what: 'a string of 20 characters', value: i => flat(`${i}`.padEnd(20, 'x')) }),
  kind({
    what: '20 characters cut out of 10,000',
    value: i => flat(`${i}`.padEnd(10_000, 'x')).slice(0, 20),
  }),
  kind({
    what: '100 bytes of a Buffer of 64 KiB, as a part',
    value: () => Buffer.from(block).subarray(0, 100),
  }),
  kind<Product>({
    what: 'an object, by its JSON',
    value: product,
    sizeOf: value => JSON.stringify(value).length,
  }),
  kind<Product>({
    what: 'an object, 200 and its texts',
    value: product,
    sizeOf: ({ title, tags }) => 200 + title.length + tags.reduce((sum, tag) => sum + 24 + tag.length, 0),
  }),
]

function product(i: number): Product {
  return {
    id: i,
    title: flat(`Product number ${i}`),
    price: i / 7,
    tags: [flat(`tag${i}`), flat(`kind${i}`)],
  }
}

function kind<V>({ what, value, sizeOf }: Kind<V>): () => Promise<void> {
  return async () => {
    const before = held()
    const cache = createCache<string, V>({
      name: 'measured',
      maxEntries: 2 * ENTRIES,
      maxBytes: Number.MAX_SAFE_INTEGER,
      pressure: false,
      ...(sizeOf === undefined ? {} : { sizeOf }),
    })
    // The parts of large buffers would need gigabytes.
    const entries = what.includes('64 KiB') ? ENTRIES / 50 : ENTRIES
    for (let i = 0; i < entries; i++) cache.set(flat(`key ${i}`), value(i))
    const real = (held() - before) / entries
    const accounted = cache.bytes / entries
    console.log(
      `  ${what.padEnd(44)} ${accounted.toFixed(0).padStart(6)} B ${real.toFixed(0).padStart(7)} B ${(real / accounted).toFixed(2).padStart(7)} x`,
    )
    await cache.close()
  }
}

function held(): number {
  for (let i = 0; i < 3; i++) collect()
  const { heapUsed, external } = process.memoryUsage()
  return heapUsed + external
}

heading('A value in a cache, its entry and a key of 10 characters', 'accounted, really held, and the ratio')
for (const measure of kinds) await measure()
