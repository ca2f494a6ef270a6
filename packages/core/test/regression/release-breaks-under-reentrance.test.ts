import assert from 'node:assert/strict'
import { ResourceRegistry, type Lease, type TrackOptions } from '../../src/index.ts'
import { FakeClock, turns } from '../fake-clock.ts'

describe('a lease that is released from within its own cleanup', () => {
  let clock: FakeClock
  let registry: ResourceRegistry
  let inner: Promise<void> | undefined
  beforeEach(() => {
    clock = new FakeClock()
    registry = new ResourceRegistry({ clock, cleanupTimeoutMillis: 1_000 })
    inner = undefined
  })

  function reentrant(after: () => unknown, more: Partial<TrackOptions<string>> = {}): Lease<string> {
    const again = (): unknown => {
      inner = lease.release()
      return after()
    }
    const options = { kind: 'k', name: 'n', cleanup: again, ...more }
    const lease: Lease<string> = registry.track('value', options)
    return lease
  }

  for (const [what, after, outcome] of [
    ['returns', () => {}, 'success'],
    ['resolves', async () => turns(1), 'success'],
    [
      'throws',
      () => {
        throw new Error('broken')
      },
      'failure',
    ],
    ['rejects', async () => Promise.reject(new Error('broken')), 'failure'],
  ] as const) {
    it(`gives one promise, where the cleanup ${what}`, async () => {
      const lease = reentrant(after)
      const outer = lease.release()
      assert.equal(inner, outer)
      assert.equal(lease.release(), outer)
      const settled = await outer.then(
        () => 'success',
        () => 'failure',
      )
      assert.equal(settled, outcome)
      const { outcomes, doubleReleases, releasing } = registry.stats()
      assert.deepEqual([outcomes[outcome], doubleReleases, releasing], [1, 2, 0])
    })
  }

  it('gives one promise, by force too', async () => {
    const lease: Lease<string> = registry.track('value', {
      kind: 'k',
      name: 'n',
      cleanup() {},
      strategy: 'forced',
      force: () => void (inner = lease.release()),
    })
    const outer = lease.release()
    assert.equal(inner, outer)
    await outer
    assert.equal(registry.stats().outcomes.forced, 1)
  })

  it('gives one promise to a listener that releases it', async () => {
    const lease = registry.track(1, { kind: 'k', name: 'n', cleanup: async () => turns(1) })
    registry.on('release', () => void (inner ??= lease.release()))
    assert.equal(lease.release(), inner)
    await inner
    assert.equal(registry.stats().outcomes.success, 1)
  })
})

describe('cleanups that each release the next', () => {
  for (const [strategy, backgroundQueueLimit] of [
    ['immediate', 10_000],
    ['background', 10_000],
    ['background', 0],
    ['forced', 10_000],
  ] as const) {
    it(`may be 20,000: ${strategy}, a queue of ${backgroundQueueLimit}`, async () => {
      const registry = new ResourceRegistry({ backgroundQueueLimit })
      let next: Lease<number> | undefined
      let ended = 0
      for (let i = 0; i < 20_000; i++) {
        const inner = next
        const end = (): void => {
          ended++
          void inner?.release()
        }
        next = registry.track(i, { kind: 'k', name: 'n', cleanup: end, force: end, strategy })
      }
      await next!.release()
      await registry.drain()
      const { outcomes, releasing, live } = registry.stats()
      assert.deepEqual([ended, outcomes.success + outcomes.forced, releasing, live], [20_000, 20_000, 0, 0])
    })
  }
})
