import assert from 'node:assert/strict'
import { ResourceRegistry, type Lease } from '../src/index.ts'
import { FakeClock, turns } from './fake-clock.ts'

describe('what is held', () => {
  it('is shown by kind and name, oldest first, no more than asked for', () => {
    const clock = new FakeClock()
    const registry = new ResourceRegistry({ clock })
    const held = ['a', 'b', 'a', 'c'].map((name, i) =>
      registry.track(i, {
        kind: i === 3 ? 'other' : 'k',
        name,
        cleanup: () => {},
        leakThresholdMillis: 10 + i,
      }),
    )
    const ids = (...filter: Parameters<ResourceRegistry['leases']>): number[] =>
      registry.leases(...filter).map(lease => lease.id)
    assert.deepEqual(
      ids(),
      held.map(lease => lease.id),
    )
    assert.deepEqual(ids({ name: 'a' }), [1, 3])
    assert.deepEqual(ids({ kind: 'other' }), [4])
    assert.deepEqual(ids({ limit: 2 }), [1, 2])
    const odd = registry.track(1, { kind: 'k', name: 'two\nlines', cleanup() {} })
    assert.deepEqual(ids({ name: 'two\nlines' }), [odd.id], 'as the program wrote it')
    assert.deepEqual(ids({ name: odd.name }), [odd.id], 'as it is shown')
  })

  it('is counted whatever the number of thresholds', async () => {
    const clock = new FakeClock()
    const registry = new ResourceRegistry({ clock })
    const take = (leakThresholdMillis: number): Lease<number> =>
      registry.track(1, { kind: 'k', name: 'n', cleanup: () => {}, leakThresholdMillis })
    for (let i = 1; i <= 50; i++) await take(i).release()
    const held = Array.from({ length: 50 }, (_, i) => take(i + 1))
    await clock.advance(20)
    assert.equal(registry.stats().overdue, 20)
    for (const lease of held) await lease.release()
    assert.equal(registry.stats().overdue, 0)
    assert.equal(registry.stats().live, 0)
  })

  it('quarantines more than are kept for a report, and counts them all', async () => {
    const clock = new FakeClock()
    const registry = new ResourceRegistry({ clock, cleanupTimeoutMillis: 10, cleanupGraceMillis: 10 })
    const settle: (() => void)[] = []
    const cleanup = (): Promise<void> => new Promise(resolve => settle.push(resolve))
    for (let i = 0; i < 1_500; i++) void registry.track(i, { kind: 'k', name: 'n', cleanup }).release()
    await clock.advance(20)
    assert.equal(registry.stats().quarantined, 1_500)
    const draining = registry.drain({ timeoutMillis: 100 })
    await clock.advance(100)
    assert.equal((await draining).clean, false)
    for (const each of settle) each()
    await turns()
    assert.deepEqual([registry.stats().quarantined, registry.stats().lateSettled], [0, 1_500])
  })
})
