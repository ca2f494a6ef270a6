import assert from 'node:assert/strict'
import { CleanupError, type LeaseEvent, type ResourceRegistry, type TrackOptions } from '../src/index.ts'
import { forceAll } from '../src/registry-internals.ts'
import { collectableRegistry } from './fake-finalization.ts'
import { FakeClock, turns } from './fake-clock.ts'

describe('the resource of an abandoned lease', () => {
  let clock: FakeClock
  let registry: ResourceRegistry
  let collect: (kind?: string) => void
  let did: string[]
  let told: LeaseEvent[]

  beforeEach(() => {
    clock = new FakeClock()
    ;({ registry, collect } = collectableRegistry({
      clock,
      cleanupTimeoutMillis: 1_000,
      cleanupGraceMillis: 100,
    }))
    did = []
    told = []
    registry.on('cleanup', event => told.push(event))
  })
  afterEach(() => {
    const abandoned = registry.stats().groups.find(group => group.kind === 'k')!
    assert.deepEqual([abandoned.acquired, abandoned.outcomes.abandoned], [1, 1], 'one outcome, for ever')
    assert.equal(clock.pending, 0)
  })

  const never = (): Promise<void> => new Promise(() => {})
  function abandon(more: Partial<TrackOptions<string>>): void {
    registry.track('value', { kind: 'k', name: 'n', cleanup: () => did.push('cleanup'), ...more })
    collect()
  }
  const force = (): void => void did.push('force')

  it('is cleaned up by a drain, and its late end is told', async () => {
    abandon({})
    const report = await registry.drain()
    assert.deepEqual([report.clean, report.remaining, did], [true, 0, ['cleanup']])
    assert.deepEqual(
      told.map(({ late, outcome, error }) => ({ late, outcome, error })),
      [{ late: true, outcome: 'abandoned', error: undefined }],
    )
    assert.equal(registry.stats().lateSettled, 1)
  })

  it('whose cleanup fails makes the drain unclean, with the error', async () => {
    abandon({ cleanup: () => Promise.reject(new Error('broken')) })
    const { clean, errors } = await registry.drain()
    assert.equal(clean, false)
    assert.ok(errors[0] instanceof CleanupError)
    assert.equal(errors[0].message, 'cleanup of k "n" (lease 1) failed: Error: broken')
  })

  it('is retried where that is declared', async () => {
    let calls = 0
    abandon({
      retry: { idempotent: true },
      cleanup: async () => {
        if (++calls < 3) throw new Error('busy')
      },
    })
    const draining = registry.drain()
    await clock.advance(900)
    assert.equal((await draining).clean, true)
    assert.equal(calls, 3)
  })

  it('whose cleanup hangs is timed out, aborted and forced', async () => {
    let reason: unknown
    abandon({
      cleanup: (_, signal) => {
        signal.addEventListener('abort', () => (reason = signal.reason))
        return never()
      },
      force,
    })
    const draining = registry.drain()
    await clock.advance(1_100)
    const { clean, remaining, errors } = await draining
    assert.deepEqual([clean, remaining, did], [false, 0, ['force']])
    assert.equal(errors[0]?.code, 'ERR_CLEANUP_TIMEOUT')
    assert.equal(reason, errors[0])
  })

  it('whose cleanup hangs and cannot be forced is quarantined and remains', async () => {
    abandon({ cleanup: never })
    const draining = registry.drain({ timeoutMillis: 2_000 })
    await clock.advance(2_000)
    const { clean, remaining, leases } = await draining
    assert.deepEqual([clean, remaining, leases[0]?.state], [false, 1, 'abandoned'])
    assert.equal(registry.stats().quarantined, 1)
  })

  it('is forced at the deadline of a drain that may', async () => {
    abandon({ cleanup: never, force })
    const draining = registry.drain({ timeoutMillis: 50, force: true })
    await clock.advance(50)
    const { clean, remaining } = await draining
    assert.deepEqual([clean, remaining, did], [false, 0, ['force']])
  })

  /** Enough slow leases to keep a drain of 64 ms from ever coming to the abandoned one. */
  function keepBusy(): void {
    const slow = (): Promise<void> => new Promise(resolve => clock.setTimeout(resolve, 2))
    for (let i = 0; i < 1_000; i++) registry.track(i, { kind: 'slow', name: 'n', cleanup: slow })
  }

  it('remains where a drain did not come to it', async () => {
    abandon({})
    keepBusy()
    const draining = registry.drain({ timeoutMillis: 64 })
    await clock.advance(64)
    const { leases, remaining, outcomes } = await draining
    assert.deepEqual([did, leases[0]?.state], [[], 'abandoned'])
    assert.equal(remaining, 1_001 - outcomes.success)
    const rest = registry.drain()
    await clock.advance(1_000)
    assert.equal((await rest).clean, true)
    assert.deepEqual(did, ['cleanup'])
  })

  for (const [what, more, expected] of [
    ['is forced', { force }, ['force']],
    ['is begun', {}, ['cleanup']],
  ] as const) {
    it(`${what} at the deadline of a drain that did not come to it, and may force`, async () => {
      abandon(more)
      keepBusy()
      const draining = registry.drain({ timeoutMillis: 64, force: true })
      await clock.advance(64)
      await draining
      assert.deepEqual(did, expected)
      await clock.advance(100)
    })
  }

  it('that is abandoned while a drain goes on is cleaned up by it, and counted', async () => {
    registry.track('value', { kind: 'k', name: 'n', cleanup: () => did.push('cleanup') })
    keepBusy()
    const draining = registry.drain()
    await clock.advance(4)
    collect('k')
    await clock.advance(1_000)
    const { clean, outcomes } = await draining
    assert.deepEqual([clean, outcomes.abandoned, outcomes.success, did], [true, 1, 1_000, ['cleanup']])
  })

  it('ends by its strategy: forced', async () => {
    abandon({ strategy: 'forced', force })
    const { clean } = await registry.drain()
    assert.deepEqual([clean, did], [true, ['force']])
  })

  it('is forced at the exit of the process, or its cleanup begun', () => {
    abandon({ force })
    forceAll(registry)
    assert.deepEqual(did, ['force'])
    forceAll(registry)
    assert.deepEqual(did, ['force'], 'once')
  })

  it('has its cleanup begun at the exit where there is no force', () => {
    abandon({})
    forceAll(registry)
    assert.deepEqual(did, ['cleanup'])
  })

  it('is cleaned up once, by whichever of two drains', async () => {
    abandon({ cleanup: async () => (await turns(1), did.push('cleanup')) })
    await Promise.all([registry.drain(), registry.drain()])
    assert.deepEqual(did, ['cleanup'])
  })
})
