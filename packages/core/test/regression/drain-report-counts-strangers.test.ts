import assert from 'node:assert/strict'
import { ResourceRegistry, type DrainReport } from '../../src/index.ts'
import { FakeClock, turns } from '../fake-clock.ts'

describe('the report of a drain', () => {
  let clock: FakeClock
  let registry: ResourceRegistry
  beforeEach(() => {
    clock = new FakeClock()
    registry = new ResourceRegistry({ clock, cleanupTimeoutMillis: 10, cleanupGraceMillis: 10 })
  })
  const never = (): Promise<void> => new Promise(() => {})
  const quarantine = async (count: number): Promise<void> => {
    for (let i = 0; i < count; i++) {
      void registry.track(i, { kind: 'k', name: 'n', cleanup: never }).release()
    }
    await clock.advance(20)
  }
  const drained = async (): Promise<DrainReport> => {
    const draining = registry.drain({ timeoutMillis: 100 })
    await clock.advance(100)
    return draining
  }

  it('counts quarantined ones beyond those that are kept', async () => {
    await quarantine(1_500)
    const { remaining, clean, leases } = await drained()
    assert.deepEqual([remaining, clean, leases.length], [1_500, false, 100])
  })

  it('counts no lease that was tracked after its start', async () => {
    let settle!: () => void
    registry.track(1, { kind: 'k', name: 'old', cleanup: () => new Promise<void>(r => (settle = r)) })
    const draining = registry.drain()
    const broken = (): never => {
      throw new Error('broken')
    }
    const young = registry.track(2, { kind: 'k', name: 'young', cleanup: broken })
    await assert.rejects(young.release())
    await registry.track(3, { kind: 'k', name: 'young', cleanup() {} }).release()
    await turns()
    settle()
    const { clean, outcomes, errors, remaining } = await draining
    assert.deepEqual([clean, errors, remaining], [true, [], 0])
    assert.deepEqual(outcomes, { success: 1, failure: 0, timeout: 0, abandoned: 0, forced: 0 })
  })
})
