import { createPool } from '@leasehold/pool'
import { createPool as createGenericPool } from '@leasehold/pool/generic-pool'

let made = 0
const ended = []
const factory = { create: async () => ({ id: ++made }), destroy: async thing => void ended.push(thing.id) }

const pool = createPool(factory, { name: 'packed', max: 1 })
const lease = await pool.acquire()
const { id } = lease.value
await lease.release()
let refused
try {
  void lease.value
} catch (error) {
  refused = error.code
}
const used = await pool.use(thing => thing.id)
const { clean } = await pool.drain()

const generic = createGenericPool(factory, { max: 1 })
const thing = await generic.acquire()
await generic.release(thing)
await generic.drain()
await generic.clear()
console.log(JSON.stringify({ id, used, refused, clean, generic: thing.id, ended }))
