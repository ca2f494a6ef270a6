/**
 * What a pool keeps, and what it leaves behind: `npm run bench -- pool-soak [--smoke]`. Ends with exit code 1 if heap or
 * handles do not come back, or a connection is borrowed more often than another.
 */
import { getEventListeners } from 'node:events'
import { createPool } from '@leasehold/pool'
import { Loopback } from './loopback.ts'

const isSmoke = process.argv.includes('--smoke')
const CYCLES = isSmoke ? 20_000 : 1_000_000
const CONNECTIONS = isSmoke ? 200 : 5_000
const ROUNDS = 10
const WAITERS = isSmoke ? 10_000 : 100_000
/** Code, histograms' buckets, spares: what is made once, however many cycles. */
const HEAP_SLACK_BYTES = 1024 * 1024
const BYTES_A_WAITER = 500

let failures = 0
function check(what: string, isRight: boolean, detail: string): void {
  if (!isRight) failures++
  console.log(`  ${isRight ? 'ok    ' : 'WRONG '} ${what}: ${detail}`)
}

function heapBytes(): number {
  for (let i = 0; i < 4; i++) globalThis.gc?.()
  return process.memoryUsage().heapUsed
}

/** Timers, sockets, servers; what a process has anyway are its standard streams. */
function handles(): string[] {
  return process.getActiveResourcesInfo().filter(name => !/TTY|Pipe|FS/.test(name))
}

async function settle(): Promise<void> {
  for (let i = 0; i < 10; i++) await new Promise(resolve => setImmediate(resolve))
}

const plain = { create: async () => ({}), destroy: async () => {}, validate: async () => true }

async function heapOverCycles(): Promise<void> {
  const pool = createPool(plain, { name: 'cycles', max: 4, testOnBorrow: true })
  const { signal } = new AbortController()
  const cycles = async (count: number): Promise<void> => {
    const each = async (): Promise<void> => {
      for (let i = 0; i < count / 8; i++) await (await pool.acquire({ signal })).release()
    }
    // Twice as many as there are resources: every other one waits.
    await Promise.all(Array.from({ length: 8 }, each))
    await settle()
  }
  await cycles(CYCLES / 10)
  const before = heapBytes()
  await cycles(CYCLES)
  const more = heapBytes() - before
  check(`heap flat over ${CYCLES} cycles`, more < HEAP_SLACK_BYTES, `${(more / 1024).toFixed(0)} KiB more`)
  const { length } = getEventListeners(signal, 'abort')
  check('listeners of the one signal', length === 0, String(length))
  await pool.drain()
}

async function connections(): Promise<void> {
  const loopback = await Loopback.listen()
  const pool = createPool(
    { create: signal => loopback.connect(signal), destroy: connection => loopback.end(connection) },
    { name: 'loopback', max: CONNECTIONS, acquireTimeoutMillis: 120_000, createTimeoutMillis: 120_000 },
  )
  let peak = 0
  for (let round = 0; round < ROUNDS; round++) {
    const leases = await Promise.all(Array.from({ length: CONNECTIONS }, () => pool.acquire()))
    peak = Math.max(peak, pool.status().borrowed)
    await Promise.all(leases.map(lease => loopback.use(lease.value)))
    await Promise.all(leases.map(lease => lease.release()))
  }
  const counts = [...loopback.connections].map(({ borrowed }) => borrowed)
  const [least, most] = [Math.min(...counts), Math.max(...counts)]
  check('connections made', counts.length === CONNECTIONS, `${counts.length}, ${peak} borrowed at once`)
  check('borrowed evenly', least === ROUNDS && most === ROUNDS, `${least} to ${most} times each`)
  const { clean } = await pool.drain({ timeoutMillis: 60_000 })
  await loopback.close()
  // The server is closed a turn before its sockets say so.
  await settle()
  const left = [...loopback.connections].filter(({ socket }) => !socket.closed).length
  check('all closed', clean && left === 0 && loopback.open === 0, `${left} here, ${loopback.open} there`)
}

async function bytesAWaiter(): Promise<void> {
  const pool = createPool(plain, { name: 'waiters', max: 1, acquireTimeoutMillis: 600_000 })
  const held = await pool.acquire()
  const nobody = Promise.resolve()
  // As long as it will be, so that its growth is not counted.
  const waiting: Promise<unknown>[] = Array.from({ length: WAITERS }, () => nobody)
  await settle()
  const before = heapBytes()
  for (let i = 0; i < WAITERS; i++) waiting[i] = pool.acquire()
  await settle()
  const bytes = (heapBytes() - before) / WAITERS
  check(
    `bytes a waiter, of ${WAITERS}`,
    bytes <= BYTES_A_WAITER,
    `${bytes.toFixed(0)}, bar ${BYTES_A_WAITER}`,
  )
  const ended = Promise.allSettled(waiting)
  await Promise.all([pool.drain(), held.release(), ended])
}

const before = handles()
await heapOverCycles()
await connections()
await bytesAWaiter()
await settle()
const left = handles()
check('timers and handles after drain', left.length <= before.length, left.join(', ') || 'none')
console.log(`\n${failures === 0 ? 'all as it should be' : `${failures} WRONG`}`)
process.exitCode = failures === 0 ? 0 : 1
