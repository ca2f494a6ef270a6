import assert from 'node:assert/strict'
import { ResourceRegistry, withScope } from '../src/index.ts'
import { openScopes } from '../src/registry-internals.ts'
import { FakeClock } from './fake-clock.ts'

describe('configure', () => {
  it('holds for the next lease of a name that is known already', async () => {
    const clock = new FakeClock()
    const registry = new ResourceRegistry({ clock })
    const track = (name: string): unknown => registry.track(1, { kind: 'k', name, cleanup() {} })
    // Two names, so that neither is the one used last.
    track('a')
    track('b')
    registry.configure({ leakThresholdMillis: 10 })
    track('a')
    track('b')
    await clock.advance(10)
    assert.equal(registry.stats().overdue, 2)
  })
})

describe('a registry', () => {
  it('forgets a scope that has ended', async () => {
    const registry = new ResourceRegistry()
    await withScope(async () => {}, { registry })
    await assert.rejects(withScope(() => Promise.reject(new Error('broken')), { registry }))
    assert.equal(openScopes(registry).size, 0)
  })

  it('counts what is held past many thresholds, that come and go', async () => {
    const clock = new FakeClock()
    const registry = new ResourceRegistry({ clock })
    const take = (leakThresholdMillis: number): { release(): Promise<void> } =>
      registry.track(1, { kind: 'k', name: 'n', cleanup() {}, leakThresholdMillis })
    for (let round = 0; round < 3; round++) {
      const leases = Array.from({ length: 20 }, (_, i) => take(10 + i))
      await clock.advance(25)
      assert.equal(registry.stats().overdue, 16)
      assert.equal(registry.stats().live, 20)
      for (const lease of leases.toReversed()) await lease.release()
      assert.equal(registry.stats().overdue, 0)
    }
  })
})
