/**
 * Does once, within the span of a request, everything that makes a span, under names of its own. Its argument is where
 * traces go. Prints how many spans have ended and been delivered.
 */
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { context, trace } from '@opentelemetry/api'
import { createPool as createGenericPool } from 'generic-pool'
import { ResourceRegistry, type Clock, type Lease } from '@leasehold/core'
import { createCache } from '@leasehold/cache'
import { startLeakDetector, type LeakDetector } from '@leasehold/leak-detector'
import { mapFile } from '@leasehold/mmap'
import { startTelemetry } from '@leasehold/otel-exporter'
import { createPool, observeGenericPool } from '@leasehold/pool'

const telemetry = startTelemetry({
  serviceName: 'traced-program',
  traces: { otlp: process.argv[2]! },
  metrics: 'none',
})
await telemetry.ready
const tracer = trace.getTracer('traced-program')
const registry = new ResourceRegistry()

function within<R>(name: string, work: () => R): R {
  const span = tracer.startSpan(name, { root: true })
  return context.with(trace.setSpan(context.active(), span), () => {
    const result = work()
    if (result instanceof Promise) return result.finally(() => span.end()) as R
    span.end()
    return result
  })
}

function take(name: string, cleanup: () => unknown, more: { strategy?: 'background' } = {}): Lease<string> {
  return registry.track(name, { kind: 'demo.thing', name, cleanup, ...more })
}

async function leases(): Promise<void> {
  const early = within('earlier request', () => take('handed on', () => {}))
  await early.release()
  await take('well', () => {}).release()
  await take('broken', () => Promise.reject(new RangeError('broken')))
    .release()
    .catch(() => {})
  await take('queued', () => {}, { strategy: 'background' }).release()
}

async function leaks(): Promise<void> {
  const leaky = new ResourceRegistry({ clock: new FastClock() })
  let detector!: LeakDetector
  let lease!: Lease<string>
  const alive = setTimeout(() => {}, 30_000) // the detector does not keep a program going
  await new Promise<void>(resolve => {
    detector = startLeakDetector({ registry: leaky, sinks: [{ send: () => resolve() }] })
    lease = leaky.track('leaked', { kind: 'demo.thing', name: 'leaked', cleanup() {} })
  })
  clearTimeout(alive)
  detector.stop()
  await lease.release()
}

async function pools(): Promise<void> {
  let isReachable = true
  const factory = {
    create: async () => {
      if (!isReachable) throw new RangeError('refused')
      return {}
    },
    destroy: async () => {},
    validate: async () => true,
    reset: async () => {},
  }
  const database = {
    system: 'postgresql',
    namespace: 'orders',
    serverAddress: 'db.example',
    serverPort: 5432,
  }
  const pool = createPool(factory, { name: 'orders', max: 1, testOnBorrow: true, database, registry })
  await (await pool.acquire()).release()
  await (await pool.acquire()).destroy()
  isReachable = false
  await pool.acquire().catch(() => {})
  await pool.drain()
  isReachable = true
  const theirs = createGenericPool({ ...factory }, { max: 1, testOnBorrow: true })
  const observed = observeGenericPool(theirs, { name: 'theirs', registry })
  await observed.release(await observed.acquire())
  await observed.destroy(await observed.acquire())
  await observed.drain()
  await observed.clear()
}

async function caches(): Promise<void> {
  const cache = createCache<string, string>({
    name: 'answers',
    maxEntries: 2,
    load: async key => {
      if (key === 'none') throw new RangeError('none')
      return key
    },
    dispose: () => {},
    registry,
  })
  await cache.fetch('a')
  await cache.fetch('none').catch(() => {})
  cache.set('b', 'b')
  cache.set('c', 'c')
  await cache.close()
}

async function mappings(): Promise<void> {
  const folder = mkdtempSync(join(tmpdir(), 'leasehold-traced-'))
  const path = join(folder, 'index.bin')
  writeFileSync(path, new Uint8Array(4096))
  const index = await mapFile(path, { name: 'index', access: 'rw', registry })
  await index.flush()
  await index.close()
  await mapFile(join(folder, 'missing.bin'), { name: 'missing', registry }).catch(() => {})
  rmSync(folder, { recursive: true })
}

/** A thousand times as fast: the detector's minute is short here. */
class FastClock implements Clock {
  now(): number {
    return performance.now() * 1_000
  }
  setTimeout(fn: () => void, millis: number): unknown {
    return setTimeout(fn, millis / 1_000)
  }
  clearTimeout(timer: unknown): void {
    clearTimeout(timer as NodeJS.Timeout)
  }
}

for (const work of [leases, leaks, pools, caches, mappings]) await within(`request: ${work.name}`, work)
await registry.drain()
await telemetry.forceFlush()
console.log(JSON.stringify(telemetry.spans))
await telemetry.shutdown()
