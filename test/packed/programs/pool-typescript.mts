import { createPool, type PoolFactory } from '@leasehold/pool'
import { createPool as createGenericPool, type GenericPoolFactory } from '@leasehold/pool/generic-pool'

interface Thing {
  readonly id: number
}

let made = 0
const ended: number[] = []
const factory: PoolFactory<Thing> & GenericPoolFactory<Thing> = {
  create: async () => ({ id: ++made }),
  destroy: async thing => void ended.push(thing.id),
}

const pool = createPool(factory, { name: 'packed', max: 1 })

async function borrow(): Promise<{ id: number; value: () => Thing }> {
  await using lease = await pool.acquire()
  return { id: lease.value.id, value: () => lease.value }
}

const { id, value } = await borrow()
let refused: unknown
try {
  value()
} catch (error) {
  refused = (error as { code?: string }).code
}
const used = await pool.use(thing => thing.id)
const { clean } = await pool.drain()

const generic = createGenericPool(factory, { max: 1 })
const thing = await generic.acquire()
await generic.release(thing)
await generic.drain()
await generic.clear()
console.log(JSON.stringify({ id, used, refused, clean, generic: thing.id, ended }))
