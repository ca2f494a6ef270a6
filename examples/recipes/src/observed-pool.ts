/** A generic-pool that is there already, seen: its loans are leases, and one that is forgotten has a name. */
import { ResourceRegistry } from '@leasehold/core'
import { startLeakDetector } from '@leasehold/leak-detector'
import { observeGenericPool } from '@leasehold/pool'
import { createPool } from 'generic-pool'

const pool = createPool({ create: async () => ({ id: 1 }), destroy: async () => {} }, { max: 3 })
observeGenericPool(pool, { name: 'legacy' })

const told = new Promise<string>(resolve => {
  startLeakDetector({
    heldTooLongMillis: 50,
    onAlert: ({ rule, kind, name, count }) => resolve(`${rule}: ${count} of ${kind} "${name}"`),
  })
})
await pool.use(async client => client.id)
const forgotten = await pool.acquire()

const busy = setInterval(() => {}, 1_000)
console.log(await told)
clearInterval(busy)

await pool.release(forgotten)
await pool.drain()
await pool.clear()
console.log(`live: ${ResourceRegistry.default.stats().live}`)
