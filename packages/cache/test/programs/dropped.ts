import { leaseTelemetry, ResourceRegistry } from '@leasehold/core'
import { createCache } from '../../src/index.ts'
import { cacheSeries } from '../../src/telemetry/cache-series.ts'

/** Makes a cache, uses and drops it; prints whether it was collected, and what its name still counts. */
const collect = (globalThis as { gc?: () => void }).gc!
let figures: unknown[] = []

function use(): WeakRef<object> {
  const cache = createCache<string, object>({
    name: 'dropped',
    ttlMillis: 60_000,
    dispose: () => {},
    registry: new ResourceRegistry({ sampling: { gc: false } }),
  })
  cache.set('a', {})
  cache.get('a')
  cache.get('b')
  return new WeakRef(cache)
}

const ref = use()
leaseTelemetry().refresh()
for (let i = 0; i < 50 && ref.deref() !== undefined; i++) {
  await new Promise(resolve => setImmediate(resolve))
  collect()
}
for (let i = 0; i < 50; i++) {
  await new Promise(resolve => setImmediate(resolve))
  collect()
  const series = [...cacheSeries].find(({ name }) => name === 'dropped')!
  figures = [series.total(({ hits }) => hits), series.total(({ misses }) => misses), series.open.size]
  if (series.open.size === 0) break
}
console.log(JSON.stringify({ collected: ref.deref() === undefined, figures }))
