import assert from 'node:assert/strict'
import type { Lease } from '@leasehold/core'
import { ResourceRegistry } from '@leasehold/core'
import type { LeakDetector } from '@leasehold/leak-detector'
import { startLeakDetector } from '@leasehold/leak-detector'
import { LeakReport } from '../../src/report/leak-report.ts'

describe('LeakReport', () => {
  let registry: ResourceRegistry
  let detector: LeakDetector
  beforeEach(() => {
    registry = new ResourceRegistry()
    detector = startLeakDetector({ registry, sampling: { stacks: 1, gc: false } })
  })
  afterEach(() => detector.stop())
  const take = (registry: ResourceRegistry, name: string): Lease<object> =>
    registry.track({}, { kind: 'file.handle', name, cleanup: () => undefined })

  it('reports nothing of what was held before, and of what was released', async () => {
    take(registry, 'before')
    using report = new LeakReport(detector)
    await take(registry, 'released').release()
    assert.deepEqual([report.leaks(), report.count()], [[], 0])
  })

  it('reports none of the clients that a pool keeps, but a loan', () => {
    using report = new LeakReport(detector)
    const cleanup = (): void => undefined
    registry.track({}, { kind: 'pool.resource', name: 'clients', cleanup })
    registry.track({}, { kind: 'pool.loan', name: 'clients', cleanup })
    assert.deepEqual(
      report.leaks().map(({ kind }) => kind),
      ['pool.loan'],
    )
  })

  it('groups what is left by where it was taken, with the first frame of the program first', () => {
    using report = new LeakReport(detector)
    for (let i = 0; i < 3; i++) take(registry, 'forgotten')
    take(registry, 'other')
    const leaks = report.leaks()
    assert.deepEqual(
      leaks.map(({ kind, name, count }) => ({ kind, name, count })),
      [
        { kind: 'file.handle', name: 'forgotten', count: 3 },
        { kind: 'file.handle', name: 'other', count: 1 },
      ],
    )
    assert.match(leaks[0]?.stack[0] ?? '', /^at take \(test\/report\/leak-report\.test\.ts:\d+:\d+\)$/)
    assert.ok((leaks[0]?.oldestHeldMillis ?? NaN) >= (leaks[0]?.newestHeldMillis ?? NaN))
  })
})
