import assert from 'node:assert/strict'
import type { LeaseInfo } from '@leasehold/core'
import { MAX_ROWS } from '../../src/live/limited.ts'
import { LiveView } from '../../src/live/live-view.ts'
import { MAX_POINTS } from '../../src/live/trends.ts'
import { collected, type Point } from './metric-points.ts'

const outcomes = { success: 0, failure: 0, timeout: 0, abandoned: 0, forced: 0 }

function group(
  kind: string,
  name: string,
  counts: { acquired: number; live: number; overdue?: number } & Partial<typeof outcomes>,
): Point[] {
  const of = { kind, name }
  const { acquired, live, overdue = 0, ...ended } = counts
  return [
    ['leasehold.lease.acquisitions', acquired, of],
    ['leasehold.lease.active', live, of],
    ['leasehold.lease.overdue', overdue, of],
    ['leasehold.lease.quarantined', 0, of],
    ['leasehold.lease.oldest.age', live === 0 ? 0 : 12, of],
    ...Object.entries({ ...outcomes, ...ended }).map(([outcome, n]): Point => [
      'leasehold.cleanups',
      n,
      { ...of, 'cleanup.outcome': outcome },
    ]),
  ]
}

class Scene {
  points: Point[] = []
  leases: LeaseInfo[] = []
  nowMillis: number = 0
  readonly view: LiveView = new LiveView({
    read: async () => collected(this.points, 'orders'),
    leases: ({ limit }) => this.leases.slice(0, limit),
    now: () => this.nowMillis,
    jaegerUrl: 'http://jaeger:16686/ui/',
  })
}

describe('what the live page shows', () => {
  let scene: Scene
  beforeEach(() => (scene = new Scene()))

  it('is nothing, not an error, of a program that has acquired nothing', async () => {
    const { overview, resources, leases, pools, service } = await scene.view.state()
    assert.equal(service, 'orders')
    const nothing = { rows: [], more: 0 }
    assert.deepEqual([resources, leases, pools], [nothing, nothing, nothing])
    assert.deepEqual([overview.live, overview.rate, overview.success.ratio], [0, null, null])
  })

  it('has the counts of each kind and name, to the unit, and their sum', async () => {
    scene.points = [
      ...group('file', 'a', {
        acquired: 20,
        live: 3,
        success: 10,
        failure: 2,
        timeout: 1,
        abandoned: 1,
        forced: 2,
      }),
      ...group('pool.loan', 'a', { acquired: 5, live: 5 }),
    ]
    const { overview, resources } = await scene.view.state()
    const [loan, file] = resources.rows
    assert.deepEqual([loan?.kind, loan?.live, loan?.succeeded], ['pool.loan', 5, 0])
    assert.deepEqual(file, {
      kind: 'file',
      name: 'a',
      acquired: 20,
      rate: null,
      live: 3,
      releasing: 1,
      overdue: 0,
      quarantined: 0,
      succeeded: 10,
      failed: 4,
      forced: 2,
      oldestSeconds: 12,
      trend: [3],
    })
    assert.deepEqual([overview.acquired, overview.live, overview.releasing], [25, 8, 1])
    assert.deepEqual(overview.success, { ratio: 10 / 14, window: 'start', target: 0.999 })
  })

  it('has those with overdue leases first, then those that hold most', async () => {
    scene.points = [
      ...group('k', 'few', { acquired: 1, live: 1 }),
      ...group('k', 'many', { acquired: 9, live: 9 }),
      ...group('k', 'leaks', { acquired: 1, live: 1, overdue: 1 }),
      ...group('j', 'few', { acquired: 1, live: 1 }),
    ]
    const { resources } = await scene.view.state()
    assert.deepEqual(
      resources.rows.map(({ kind, name }) => `${kind} ${name}`),
      ['k leaks', 'k many', 'j few', 'k few'],
    )
  })

  for (const count of [1_000, 10_000]) {
    it(`has fifty of ${count}, says how many more, sums them all, and stays small`, async () => {
      scene.points = Array.from({ length: count }, (_, i) =>
        group('k', `n${i}`, { acquired: 1, live: 1 }),
      ).flat()
      const stack = `Error\n${'    at take (/srv/app/take.js:1:2)\n'.repeat(1_000)}`
      scene.leases = Array.from({ length: 60 }, (_, i) => lease({ id: i, stack }))
      const state = await scene.view.state()
      const { overview, resources, leases } = state
      assert.deepEqual([resources.rows.length, resources.more], [MAX_ROWS, count - MAX_ROWS])
      assert.deepEqual([leases.rows.length, leases.more], [MAX_ROWS, count - MAX_ROWS])
      assert.equal(overview.live, count)
      assert.ok(JSON.stringify(state).length < 300_000)
    })
  }

  it('takes the success rate of the leak detector, of its longest window, where it runs', async () => {
    const all = { kind: '*', name: '*' }
    scene.points = [
      ...group('k', 'n', { acquired: 2, live: 0, success: 1, failure: 1 }),
      ['leasehold.cleanup.success.ratio', 0.25, { ...all, 'cleanup.window': '5m' }],
      ['leasehold.cleanup.success.ratio', 0.75, { ...all, 'cleanup.window': '60m' }],
      ['leasehold.cleanup.success.ratio', 0, { kind: 'k', name: 'n', 'cleanup.window': '60m' }],
    ]
    const { ratio, window } = (await scene.view.state()).overview.success
    assert.deepEqual([ratio, window], [0.75, '60m'])
  })

  it('has a rate from the second reading on, of the last five seconds', async () => {
    const rate = async (nowMillis: number, acquired: number): Promise<(number | null | undefined)[]> => {
      scene.nowMillis = nowMillis
      scene.points = group('k', 'n', { acquired, live: 0, success: acquired })
      const { overview, resources } = await scene.view.state()
      return [overview.rate, resources.rows[0]?.rate]
    }
    assert.deepEqual(await rate(0, 100), [null, null])
    assert.deepEqual(await rate(1_000, 110), [10, 10])
    assert.deepEqual(await rate(5_000, 110), [2, 2])
    assert.deepEqual(await rate(6_000, 110), [0, 0])
    assert.deepEqual(await rate(60_000, 900), [null, null])
  })

  it('keeps two minutes of what is shown, begins anew after a pause, and forgets what is gone', async () => {
    const trend = async (
      nowMillis: number,
      live: number | undefined,
    ): Promise<readonly number[] | undefined> => {
      scene.nowMillis = nowMillis
      scene.points = live === undefined ? [] : group('k', 'n', { acquired: 9, live })
      return (await scene.view.state()).resources.rows[0]?.trend
    }
    for (let i = 0; i < MAX_POINTS + 5; i++) await trend(i * 1_000, i)
    const full = await trend((MAX_POINTS + 5) * 1_000, 7)
    assert.deepEqual([full?.length, full?.at(-1), full?.[0]], [MAX_POINTS, 7, 6])
    assert.deepEqual(await trend(1_000_000, 1), [1])
    assert.deepEqual(await trend(1_001_000, 2), [1, 2])
    await trend(1_002_000, undefined)
    assert.deepEqual(await trend(1_003_000, 3), [3])
  })

  it('has pools by name: their resources and those that wait have different kinds', async () => {
    const resource = { kind: 'pool.resource', name: 'db' }
    scene.points = [
      ['leasehold.pool.resource.count', 3, { ...resource, 'pool.resource.state': 'used' }],
      ['leasehold.pool.resource.count', 1, { ...resource, 'pool.resource.state': 'idle' }],
      ['leasehold.pool.resource.limit', 4, resource],
      ['leasehold.pool.pending_requests', 17, { kind: 'pool.loan', name: 'db' }],
      ['leasehold.pool.timeouts', 2, { kind: 'pool.loan', name: 'db', 'pool.phase': 'wait' }],
      ['leasehold.pool.timeouts', 1, { ...resource, 'pool.phase': 'create' }],
      ['leasehold.pool.breaker.state', 2, resource],
    ]
    assert.deepEqual((await scene.view.state()).pools.rows, [
      {
        name: 'db',
        used: 3,
        idle: 1,
        creating: 0,
        destroying: 0,
        limit: 4,
        waiting: 17,
        timeouts: 3,
        breaker: 'open',
        trend: [17],
      },
    ])
  })

  it('has caches, of which a stale answer is a hit, and a limit that is not reported is none', async () => {
    const of = { kind: 'cache.entry', name: 'thumbnails' }
    scene.points = [
      ['leasehold.cache.requests', 6, { ...of, 'cache.result': 'hit' }],
      ['leasehold.cache.requests', 2, { ...of, 'cache.result': 'stale' }],
      ['leasehold.cache.requests', 2, { ...of, 'cache.result': 'miss' }],
      ['leasehold.cache.entry.count', 5, { ...of, 'cache.state': 'live' }],
      ['leasehold.cache.size', 500, { ...of, 'cache.state': 'live' }],
      ['leasehold.cache.size', 9, { ...of, 'cache.state': 'retired' }],
      ['leasehold.cache.size.limit', 1_000, of],
      ['leasehold.cache.evictions', 4, { ...of, 'cache.reason': 'bytes' }],
    ]
    const [cache] = (await scene.view.state()).caches.rows
    assert.deepEqual(cache, {
      name: 'thumbnails',
      hitRatio: 0.8,
      requests: 10,
      entries: 5,
      entryLimit: null,
      bytes: 500,
      byteLimit: 1_000,
      retiredBytes: 9,
      evictions: 4,
      trend: [500],
    })
  })

  it('has mapped files, by what reads them', async () => {
    const of = { kind: 'mmap.mapping', name: 'index.bin' }
    scene.points = [
      ['leasehold.mmap.mapping.count', 2, { ...of, 'mmap.backend': 'mmap' }],
      ['leasehold.mmap.mapping.count', 1, { ...of, 'mmap.backend': 'file' }],
      ['leasehold.mmap.mapped.size', 4_096, of],
      ['leasehold.mmap.faults', 1, { ...of, 'mmap.reason': 'truncated' }],
    ]
    const [mapping] = (await scene.view.state()).mappings.rows
    assert.deepEqual(mapping, {
      name: 'index.bin',
      mapped: 2,
      onFile: 1,
      bytes: 4_096,
      faults: 1,
      fallbacks: 0,
    })
  })

  it('has the alerts that fire, the worst first, and none that has ended', async () => {
    const alert = (name: string, severity: string, value: number): Point => [
      'leasehold.alert.active',
      value,
      { kind: 'k', name, 'alert.rule': 'outlived', 'alert.severity': severity },
    ]
    scene.points = [
      alert('a', 'info', 1),
      alert('b', 'error', 2),
      alert('c', 'warn', 1),
      alert('d', 'error', 0),
    ]
    const { alerts, overview } = await scene.view.state()
    assert.deepEqual(
      alerts.rows.map(({ name, severity, count }) => [name, severity, count]),
      [
        ['b', 'error', 2],
        ['c', 'warn', 1],
        ['a', 'info', 1],
      ],
    )
    assert.equal(overview.alerts, 4)
  })

  it('links a lease to its trace, and shows its stack from the folder of the program on', async () => {
    scene.leases = [
      lease({ id: 7, traceId: 'abc', stack: `at take (file://${process.cwd()}/src/a.js:1:2)` }),
      lease({ id: 8 }),
    ]
    const { rows } = (await scene.view.state()).leases
    assert.deepEqual(
      rows.map(({ id, traceUrl, stack }) => [id, traceUrl, stack]),
      [
        [7, 'http://jaeger:16686/ui/trace/abc', 'at take (src/a.js:1:2)'],
        [8, null, null],
      ],
    )
  })

  it('sums what the SDK keeps apart no longer into a row of its own', async () => {
    scene.points = [['leasehold.lease.acquisitions', 3]]
    const [row] = (await scene.view.state()).resources.rows
    assert.deepEqual([row?.name, row?.acquired], ['(beyond the limit of series)', 3])
  })
})

function lease(info: Partial<LeaseInfo>): LeaseInfo {
  return { id: 1, kind: 'k', name: 'n', state: 'live', heldMillis: 5, overdue: false, touches: [], ...info }
}
