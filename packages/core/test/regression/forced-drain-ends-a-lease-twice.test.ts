import assert from 'node:assert/strict'
import {
  ResourceRegistry,
  withScope,
  type DrainReport,
  type Lease,
  type TrackOptions,
} from '../../src/index.ts'
import { OUTCOMES } from '../../src/lease.ts'
import { collectableRegistry } from '../fake-finalization.ts'
import { FakeClock, turns } from '../fake-clock.ts'

const never = (): Promise<never> => new Promise(() => {})

describe('a drain that forces', () => {
  let clock: FakeClock
  let registry: ResourceRegistry
  let did: string[]

  beforeEach(() => {
    clock = new FakeClock()
    registry = new ResourceRegistry({ clock, cleanupTimeoutMillis: 10_000 })
    did = []
  })
  afterEach(() => {
    const { acquired, live, releasing, outcomes } = registry.stats()
    assert.ok(live >= 0)
    assert.equal(acquired, live + releasing + OUTCOMES.reduce((sum, outcome) => sum + outcomes[outcome], 0))
  })

  function take(name: string, more: Partial<TrackOptions<string>> = {}): Lease<string> {
    return registry.track(name, { kind: 'k', name, cleanup: value => void did.push(value), ...more })
  }
  const force = (value: string): void => void did.push(`force ${value}`)

  async function forced(): Promise<DrainReport> {
    const draining = registry.drain({ timeoutMillis: 50, force: true })
    await clock.advance(50)
    return draining
  }

  /** Leases that no drain comes to, as the newest of their scope hangs. */
  function behindHungOne(fill: (scope: { track: typeof take }) => void): void {
    void withScope(
      async scope => {
        fill({ track: (name, more) => scope.add(take(name, more)) })
        scope.add(take('hung', { cleanup: never }))
        await never()
      },
      { registry },
    )
  }

  it('ends none again that a force before has released', async () => {
    behindHungOne(scope => {
      const a = scope.track('a', { force })
      scope.track('b', { force: () => void a.release() })
    })
    await forced()
    assert.deepEqual(did, ['a'])
    const { live, releasing, outcomes } = registry.stats()
    assert.deepEqual([live, releasing, outcomes.success, outcomes.forced], [0, 1, 1, 1])
  })

  it('counts the first release by the owner afterwards as no double one', async () => {
    const leases: Lease<string>[] = []
    behindHungOne(scope => leases.push(scope.track('a', { force }), scope.track('b')))
    await forced()
    for (const lease of leases) await lease.release().catch(() => {})
    assert.equal(registry.stats().doubleReleases, 0)
    await leases[0]!.release().catch(() => {})
    assert.equal(registry.stats().doubleReleases, 1)
  })

  it('begins the cleanup at least of a lease without a force', async () => {
    behindHungOne(scope => {
      scope.track('a')
      scope.track('b', { strategy: 'background' })
    })
    const { outcomes } = await forced()
    assert.deepEqual(did, ['b', 'a'])
    assert.equal(outcomes.success, 2)
  })

  it('takes a force that is the strategy for the success that it is', async () => {
    behindHungOne(scope => scope.track('a', { force, strategy: 'forced' }))
    const { errors, outcomes } = await forced()
    assert.deepEqual([did, errors, outcomes.forced], [['force a'], [], 1])
  })

  it('leaves cleanups alone whose leases were taken after its start', async () => {
    take('old', { cleanup: never })
    const draining = registry.drain({ timeoutMillis: 50, force: true })
    void take('young', { cleanup: never, force }).release()
    await clock.advance(50)
    await draining
    assert.deepEqual(did, [])
    assert.equal(registry.stats().releasing, 2)
  })

  it('leaves abandoned leases alone that were taken after its start', async () => {
    let collect: (kind?: string) => void
    ;({ registry, collect } = collectableRegistry({ clock }))
    take('old', { cleanup: never })
    const draining = registry.drain({ timeoutMillis: 50, force: true })
    registry.track('young', { kind: 'young', name: 'n', cleanup: v => did.push(v), force })
    collect('young')
    await turns()
    await clock.advance(50)
    const { remaining, leases } = await draining
    assert.deepEqual([did, remaining, leases.map(({ name }) => name)], [[], 1, ['old']])
  })

  it('has nothing left of the abandoned ones for the next drain', async () => {
    let collect: (kind?: string) => void
    ;({ registry, collect } = collectableRegistry({ clock }))
    registry.track('a', { kind: 'a', name: 'a', cleanup: v => did.push(v), force })
    collect('a')
    // Too busy to come to the abandoned one.
    const slow = (): Promise<void> => new Promise(resolve => clock.setTimeout(resolve, 2))
    for (let i = 0; i < 1_000; i++) registry.track(i, { kind: 'k', name: 'slow', cleanup: slow })
    const draining = registry.drain({ timeoutMillis: 64, force: true })
    await clock.advance(64)
    await draining
    assert.deepEqual(did, ['force a'])
    await forced()
    assert.deepEqual(did, ['force a'])
  })
})
