import assert from 'node:assert/strict'
import { once } from 'node:events'
import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { get } from 'node:http'
import type { IncomingMessage } from 'node:http'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { createCache } from '@leasehold/cache'
import { ResourceRegistry, type Lease } from '@leasehold/core'
import { startLeakDetector } from '@leasehold/leak-detector'
import { mapFile } from '@leasehold/mmap'
import { startTelemetry, type Telemetry } from '@leasehold/otel-exporter'
import { createPool } from '@leasehold/pool'

type Row = Record<string, unknown>
type State = Record<'pools' | 'caches' | 'mappings' | 'alerts', { rows: Row[] }> & {
  overview: { success: Row }
}

/** The exporter knows the other packages by the names of their metrics alone: here they are real. */
describe('the live page of a program with a pool, a cache, a mapping and a leak detector', () => {
  let telemetry: Telemetry
  let folder: string

  before(async () => {
    folder = await mkdtemp(join(tmpdir(), 'leasehold-live-'))
    telemetry = startTelemetry({ traces: 'none', metrics: { prometheus: { port: 0 } }, live: true })
    await telemetry.ready
  })

  after(async () => {
    await telemetry?.shutdown()
    await rm(folder, { recursive: true, force: true })
  })

  /** The first state in which `find` finds something. */
  async function shown<T>(find: (state: State) => T | undefined): Promise<T> {
    const asked = get(`${telemetry.live?.url}live/events`)
    const [response] = (await once(asked, 'response')) as [IncomingMessage]
    let text = ''
    for await (const chunk of response.setEncoding('utf8')) {
      text += String(chunk)
      if (!text.endsWith('\n\n')) continue
      const found = find(JSON.parse(/^data: (.*)$/m.exec(text)?.[1] ?? '') as State)
      if (found !== undefined) return found
      text = ''
    }
    throw new Error('the feed ended before')
  }

  it('shows the pool, what it lends, and who waits', async () => {
    const pool = createPool(
      { create: async () => ({}), destroy: async () => {} },
      { name: 'live-orders', max: 1 },
    )
    const loan = await pool.acquire()
    const waiting = [pool.acquire(), pool.acquire()]
    const row = await shown(({ pools }) => pools.rows.find(({ name }) => name === 'live-orders'))
    const { used, idle, limit, waiting: inQueue, breaker, timeouts } = row
    assert.deepEqual([used, idle, limit, inQueue, breaker, timeouts], [1, 0, 1, 2, 'closed', 0])
    await loan.release()
    for (const next of waiting) await (await next).release()
    await pool.drain()
  })

  it('shows the cache, its hits and its memory', async () => {
    const cache = createCache<string, Buffer>({ name: 'live-thumbnails', maxBytes: 1_000, maxEntries: 10 })
    cache.set('a', Buffer.alloc(100))
    cache.get('a')
    cache.get('a')
    cache.get('a')
    cache.get('b')
    const row = await shown(({ caches }) => caches.rows.find(({ name }) => name === 'live-thumbnails'))
    const { hitRatio, requests, entries, entryLimit, bytes, byteLimit } = row
    assert.deepEqual(
      [hitRatio, requests, entries, entryLimit, bytes, byteLimit],
      [0.75, 4, 1, 10, 100, 1_000],
    )
    await cache.close()
  })

  it('shows the mapped file', async () => {
    const path = join(folder, 'index.bin')
    await writeFile(path, Buffer.alloc(8_192))
    await using mapping = await mapFile(path, { name: 'live-index' })
    const row = await shown(({ mappings }) => mappings.rows.find(({ name }) => name === 'live-index'))
    const isMapped = mapping.backend === 'mmap'
    assert.deepEqual([row['mapped'], row['onFile']], isMapped ? [1, 0] : [0, 1])
    if (isMapped) assert.equal(row['bytes'], 8_192)
  })

  it('shows the alert of a leak, and the success of cleanups as the detector has it', async () => {
    const detector = startLeakDetector({ heldTooLongMillis: 1, onAlert() {} })
    const take = (): Lease<object> =>
      ResourceRegistry.default.track({}, { kind: 'live.test', name: 'forgotten', cleanup() {} })
    const leak = take()
    const ofLeak = ({ alerts }: State): Row | undefined =>
      alerts.rows.find(({ name }) => name === 'forgotten')
    const { rule, count } = await shown(ofLeak)
    assert.deepEqual([rule, count], ['held-too-long', 1])
    await leak.release()
    await take().release()
    const success = await shown(({ overview }) =>
      overview.success['window'] === '60m' ? overview.success : undefined,
    )
    assert.deepEqual([success['ratio'], success['target']], [1, 0.999])
    detector.stop()
  })
})
