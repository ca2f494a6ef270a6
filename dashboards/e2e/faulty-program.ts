/**
 * A program in which everything goes wrong that an alert is for, until it reads a line from its standard input; then all
 * is well. Its clock runs sixty times as fast: the detector's minutes are seconds here. Prints where it is scraped. An
 * argument is where its metrics go by OTLP as well.
 */
import { once } from 'node:events'
import { mkdtempSync, truncateSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { createInterface } from 'node:readline'
import { setTimeout as pause } from 'node:timers/promises'
import { MemoryPressureMonitor, ResourceRegistry, type Clock, type Lease } from '@leasehold/core'
import { createCache } from '@leasehold/cache'
import { startLeakDetector } from '@leasehold/leak-detector'
import { mapFileSync } from '@leasehold/mmap'
import { startTelemetry } from '@leasehold/otel-exporter'
import { createPool } from '@leasehold/pool'
import { observeRuntime } from '../../examples/search-service/src/runtime-metrics.ts'

const FASTER = 60
const MEBIBYTE = 2 ** 20

const clock: Clock = {
  now: () => performance.now() * FASTER,
  setTimeout: (fn, millis) => setTimeout(fn, millis / FASTER),
  clearTimeout: timer => clearTimeout(timer as NodeJS.Timeout),
}

const [url] = process.argv.slice(2)
const telemetry = startTelemetry({
  serviceName: 'faulty-program',
  traces: 'none',
  metrics: {
    prometheus: { port: 0 },
    ...(url === undefined ? {} : { otlp: { url, protocol: 'http/json', intervalMillis: 1_000 } }),
  },
})
await telemetry.ready
observeRuntime()
const registry = new ResourceRegistry({ clock, cleanupTimeoutMillis: 3_000, cleanupGraceMillis: 600 })
startLeakDetector({ registry, sinks: [{ send: () => {} }] })
const orders = createPool(
  { create: async () => ({}), destroy: async () => {} },
  { name: 'orders', min: 0, max: 2, acquireTimeoutMillis: 60_000, registry, clock },
)
const unreachable = createPool(
  {
    create: async () => {
      if (state.isBroken) throw new Error('refused')
      return {}
    },
    destroy: async () => {},
  },
  {
    name: 'unreachable',
    min: 0,
    max: 2,
    breaker: { threshold: 3, halfOpenAfterMillis: 6_000 },
    registry,
    clock,
  },
)
const busy = createPool(
  { create: async () => ({}), destroy: async () => {} },
  {
    name: 'busy',
    min: 0,
    max: 1,
    acquireTimeoutMillis: Infinity,
    database: { system: 'postgresql' },
    registry,
    clock,
  },
)
console.log(new URL(telemetry.prometheus!.url).host)

const folder = mkdtempSync(join(tmpdir(), 'leasehold-e2e-'))
const file = join(folder, 'index.bin')
const page = new Uint8Array(16_384)
writeFileSync(file, page)
const index = mapFileSync(file, { name: 'index', access: 'rw', registry, clock })
const answers = createCache<number, string>({
  name: 'answers',
  maxBytes: 1_000,
  maxEntries: 40,
  load: async key => {
    await pause(1)
    return `answer ${key}`
  },
  registry,
  clock,
})
const state = { isBroken: true }
// Memory that is really taken, of which this process may have less.
const ballast: Buffer[] = [Buffer.alloc(64 * MEBIBYTE, 1)]
const monitor = new MemoryPressureMonitor({
  clock,
  sources: [
    {
      name: 'buffers',
      read: () => (process.memoryUsage().arrayBuffers > 48 * MEBIBYTE ? 'critical' : 'nominal'),
    },
  ],
})
monitor.on('change', () => {})
const told = createInterface(process.stdin)
const mended = once(told, 'line')
void mended.then(() => (state.isBroken = false))
process.stdin.once('end', () => process.exit())

const leaked: Lease<string>[] = []
let settleHung: () => void = () => {}
const hung = new Promise<void>(resolve => (settleHung = resolve))
void take('hung', () => hung)
  .release()
  .catch(() => {})
void Promise.all([hurry(), hurry(), hurry()])
const lent = await Promise.all([orders.acquire(), orders.acquire()])
while (state.isBroken) {
  for (let i = 0; i < 5; i++) await ended(take('broken', () => Promise.reject(new RangeError('broken'))))
  await ended(take('well', () => {}))
  for (let i = 0; i < 40; i++) await answers.fetch(Math.floor(Math.random() * 60))
  index.write(0, page.subarray(0, 1_000))
  await index.flush()
  truncated()
  leaked.push(take('leaked', () => {}))
  // The pool is all lent: these wait, and some for too long.
  for (let i = 0; i < 3; i++) void orders.acquire().then(ended, () => {})
  await unreachable.acquire({ timeoutMillis: 6_000 }).then(ended, () => {})
  if (lent.length > 0 && leaked.length % 16 === 0) {
    await lent.shift()!.destroy()
    lent.push(await orders.acquire({ priority: -100, timeoutMillis: Infinity }))
  }
  await pause(100)
}
ballast.length = 0
globalThis.gc?.()
settleHung()
for (const lease of [...leaked, ...lent]) await lease.release()
await index.close()
for (;;) {
  // So many that go well that what failed is a small share of any window.
  for (let i = 0; i < 20_000; i++) void take('well', () => {}).release()
  for (const pool of [orders, unreachable, busy]) await pool.acquire().then(ended, () => {})
  await pause(100)
}

/** A file that somebody cuts while it is mapped; and one that is to be read, not mapped. */
function truncated(): void {
  const path = join(folder, 'cut.bin')
  writeFileSync(path, page)
  const mapping = mapFileSync(path, { name: 'cut', registry, clock })
  truncateSync(path, 0)
  try {
    console.error(mapping.u32(12_000))
  } catch {
    // As it is to be.
  }
  void ended({ release: () => mapping.close() })
  void ended({
    release: () => mapFileSync(file, { name: 'read', fallback: 'always', registry, clock }).close(),
  })
}

/** One of three who want the one resource all the time, and keep it for three of the pool's seconds. */
async function hurry(): Promise<void> {
  while (state.isBroken) {
    const loan = await busy.acquire()
    await pause(50)
    await loan.destroy()
  }
}

function take(name: string, cleanup: () => unknown): Lease<string> {
  return registry.track(name, { kind: 'demo.thing', name, cleanup })
}

function ended(lease: { release(): Promise<void> }): Promise<void> {
  return lease.release().catch(() => {})
}
