/** Ends in one of several ways; see exit.test.ts. */
import { createPool } from '../../src/index.ts'

const factory = { create: async () => ({}), destroy: async () => {}, validate: async () => true }

async function drained(): Promise<void> {
  const pool = createPool(factory, { name: 'exit', max: 2, min: 1, testOnBorrow: true })
  const { signal } = new AbortController()
  await Promise.all(
    Array.from({ length: 50 }, () => pool.use(async () => {}, { signal, timeoutMillis: 60_000 })),
  )
  await pool.drain()
  const active = process.getActiveResourcesInfo().filter(name => name === 'Timeout')
  console.log(active.length === 0 ? 'none' : active.join())
}

const MODES: Readonly<Record<string, () => Promise<void>>> = {
  drain: drained,
  async idle() {
    const pool = createPool(factory, { name: 'exit', max: 2 })
    await (await pool.acquire()).release()
  },
  async min() {
    const broken = { ...factory, create: () => Promise.reject(new Error('down')) }
    createPool(broken, { name: 'exit', min: 2 })
  },
  async wait() {
    const pool = createPool(factory, { name: 'exit', max: 1, acquireTimeoutMillis: 50 })
    await pool.acquire()
    await pool.acquire().catch((error: { code: string }) => console.log(error.code))
  },
}

await MODES[process.argv[2]!]!()
