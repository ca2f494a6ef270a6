const { createCache } = require('@leasehold/cache')
const { LRUCache } = require('@leasehold/cache/lru-cache')
const { default: QuickLRU } = require('@leasehold/cache/quick-lru')

const ended = []

async function main() {
  const cache = createCache({
    name: 'packed',
    maxEntries: 1,
    load: async key => ({ key }),
    dispose: ({ key }, reason) => void ended.push(`${key}:${reason}`),
  })
  const lease = await cache.fetchLease('a')
  await cache.fetch('b')
  const held = [lease.value.key, ended.length]
  await lease.release()
  let refused
  try {
    void lease.value
  } catch (error) {
    refused = error.code
  }
  await cache.close()

  const lru = new LRUCache({ max: 2 }).set('a', 1)
  const quick = new QuickLRU({ maxSize: 2 }).set('a', 2)
  console.log(JSON.stringify({ held, refused, ended, lru: lru.get('a'), quick: quick.get('a') }))
}

main().catch(error => {
  console.error(error)
  process.exitCode = 1
})
