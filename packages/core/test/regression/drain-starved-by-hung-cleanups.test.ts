import assert from 'node:assert/strict'
import { ResourceRegistry } from '../../src/index.ts'
import { FakeClock } from '../fake-clock.ts'

describe('cleanups that hang before others in a drain', () => {
  for (const hung of [32, 1_000]) {
    it(`do not keep them waiting: ${hung}`, async () => {
      const clock = new FakeClock()
      const registry = new ResourceRegistry({ clock, cleanupTimeoutMillis: 5_000 })
      const track = (cleanup: () => unknown): void =>
        void registry.track(1, { kind: 'k', name: 'n', cleanup })
      let good = 0
      for (let i = 0; i < 100; i++) track(() => good++)
      for (let i = 0; i < hung; i++) track(() => new Promise(() => {}))
      const draining = registry.drain({ timeoutMillis: 4_000 })
      await clock.advance(1_000)
      assert.equal(good, 100)
      await clock.advance(3_000)
      assert.equal((await draining).remaining, hung)
      assert.equal(registry.stats().live, 0)
      await clock.advance(5_000)
      assert.equal(clock.pending, 0)
    })
  }

  it('all begin in a drain that has no time', async () => {
    const registry = new ResourceRegistry({ clock: new FakeClock() })
    for (let i = 0; i < 100; i++) {
      registry.track(1, { kind: 'k', name: 'n', cleanup: () => new Promise(() => {}) })
    }
    const draining = registry.drain({ timeoutMillis: 1 })
    assert.deepEqual([registry.stats().live, registry.stats().releasing], [0, 100])
    void draining
  })
})
