import { createCache, type CacheOptions } from '@leasehold/cache'
import { LRUCache } from '@leasehold/cache/lru-cache'
import QuickLRU from '@leasehold/cache/quick-lru'

interface Thing {
  readonly key: string
}

const ended: string[] = []
const options: CacheOptions<string, Thing> = {
  name: 'packed',
  maxEntries: 1,
  load: async key => ({ key }),
  dispose: ({ key }, reason) => void ended.push(`${key}:${reason}`),
}
const cache = createCache(options)

async function lend(): Promise<{ held: unknown[]; value: () => Thing }> {
  using lease = await cache.fetchLease('a')
  await cache.fetch('b')
  return { held: [lease.value.key, ended.length], value: () => lease.value }
}

const { held, value } = await lend()
let refused: unknown
try {
  value()
} catch (error) {
  refused = (error as { code?: string }).code
}
await cache.close()

const lru = new LRUCache<string, number>({ max: 2 }).set('a', 1)
const quick = new QuickLRU<string, number>({ maxSize: 2 }).set('a', 2)
console.log(JSON.stringify({ held, refused, ended, lru: lru.get('a'), quick: quick.get('a') }))
