import assert from 'node:assert/strict'
import { stub } from 'sinon'
import { ResourceRegistry, type Lease, type TrackOptions } from '../src/index.ts'
import { OUTCOMES } from '../src/lease.ts'
import { FakeClock, turns } from './fake-clock.ts'

describe('a drain', () => {
  let clock: FakeClock
  let registry: ResourceRegistry
  let order: string[]

  beforeEach(() => {
    clock = new FakeClock()
    registry = new ResourceRegistry({ clock, cleanupTimeoutMillis: 1_000, cleanupGraceMillis: 100 })
    order = []
  })

  afterEach(() => {
    const { acquired, live, releasing, outcomes } = registry.stats()
    assert.equal(acquired, live + releasing + OUTCOMES.reduce((sum, outcome) => sum + outcomes[outcome], 0))
  })

  const never = (): Promise<void> => new Promise(() => {})
  function take(name: string, more: Partial<TrackOptions<string>> = {}): Lease<string> {
    return registry.track(name, { kind: 'k', name, cleanup: value => void order.push(value), ...more })
  }

  it('releases all, newest first, and says that it was clean', async () => {
    for (const name of ['a', 'b', 'c']) take(name)
    const report = await registry.drain()
    assert.deepEqual(order, ['c', 'b', 'a'])
    assert.equal(report.clean, true)
    assert.deepEqual(report.outcomes, { success: 3, failure: 0, timeout: 0, abandoned: 0, forced: 0 })
    assert.deepEqual([report.remaining, report.leases, report.errors], [0, [], []])
    assert.equal(clock.pending, 0)
  })

  it('has no more than 16 cleanups in flight', async () => {
    let running = 0
    let most = 0
    for (let i = 0; i < 100; i++) {
      take(`${i}`, {
        cleanup: async () => {
          most = Math.max(most, ++running)
          await turns(1)
          running--
        },
      })
    }
    await registry.drain()
    assert.equal(most, 16)
    assert.equal(registry.stats().outcomes.success, 100)
  })

  it('does so as long as some end: a slow one is no hung one', async () => {
    let [running, most] = [0, 0]
    const slow = async (): Promise<void> => {
      most = Math.max(most, ++running)
      await new Promise<void>(resolve => clock.setTimeout(resolve, 150))
      running--
    }
    for (let i = 0; i < 64; i++) take('slow', { cleanup: slow })
    const draining = registry.drain({ timeoutMillis: 6_400 })
    await clock.advance(600)
    assert.equal((await draining).clean, true)
    assert.equal(most, 16)
  })

  it('begins nothing more after its deadline', async () => {
    const slow = (): Promise<void> => new Promise(resolve => clock.setTimeout(resolve, 10))
    for (let i = 0; i < 1_000; i++) take('slow', { cleanup: slow })
    const draining = registry.drain({ timeoutMillis: 320 })
    await clock.advance(320)
    const { remaining, outcomes } = await draining
    assert.ok(outcomes.success >= 480, `${outcomes.success} cleaned up`)
    assert.equal(remaining, 1_000 - outcomes.success)
    const { live } = registry.stats()
    await clock.advance(100)
    assert.deepEqual([registry.stats().live, registry.stats().releasing], [live, 0])
  })

  it('waits for the background queue', async () => {
    for (let i = 0; i < 100; i++) void take(`${i}`, { strategy: 'background' }).release()
    assert.equal(order.length, 0)
    await registry.drain()
    assert.equal(order.length, 100)
  })

  it('reports failures', async () => {
    take('bad', { cleanup: () => Promise.reject(new Error('broken')) })
    const report = await registry.drain()
    assert.equal(report.clean, false)
    assert.equal(report.outcomes.failure, 1)
    assert.deepEqual(
      report.errors.map(error => error.message),
      ['cleanup of k "bad" (lease 1) failed: Error: broken'],
    )
  })

  it('ends at its deadline, and tells what is left', async () => {
    take('hung', { cleanup: never })
    const draining = registry.drain({ timeoutMillis: 300 })
    await clock.advance(300)
    const report = await draining
    assert.equal(report.clean, false)
    assert.equal(report.remaining, 1)
    assert.deepEqual(
      report.leases.map(({ name, state }) => ({ name, state })),
      [{ name: 'hung', state: 'releasing' }],
    )
    assert.equal(report.elapsedMillis, 300)
    await clock.advance(700)
    assert.equal(registry.stats().outcomes.timeout, 1, 'its own deadline goes on')
  })

  it('forces at its deadline, with force, where there is one', async () => {
    const lease = take('hung', { cleanup: never, force: value => void order.push(`force ${value}`) })
    const release = lease.release().catch((error: unknown) => error as Error)
    take('helpless', { cleanup: never })
    const draining = registry.drain({ timeoutMillis: 300, force: true })
    await clock.advance(300)
    const report = await draining
    assert.deepEqual(order, ['force hung'])
    assert.equal(report.outcomes.forced, 1)
    assert.equal(report.remaining, 1)
    assert.equal(lease.state, 'released')
    assert.equal(
      ((await release) as Error).message,
      'cleanup of k "hung" (lease 1) was forced by a drain after 300 ms',
    )
  })

  it('forces what it had no time to begin: the sixteen before it hang', async () => {
    for (let i = 0; i < 20; i++) {
      take(`${i}`, { cleanup: never, force: value => void order.push(value) })
    }
    const draining = registry.drain({ timeoutMillis: 300, force: true })
    await clock.advance(300)
    assert.equal((await draining).outcomes.forced, 20)
    assert.equal(order.length, 20)
  })

  it('leaves a time-out a time-out, though it forces it', async () => {
    const lease = take('hung', { cleanup: never, force: value => void order.push(value) })
    void lease.release()
    await clock.advance(1_000)
    const draining = registry.drain({ timeoutMillis: 50, force: true })
    await clock.advance(50)
    await draining
    assert.deepEqual(order, ['hung'])
    assert.equal(lease.state, 'timed_out')
    assert.equal(registry.stats().outcomes.timeout, 1)
    assert.equal(registry.stats().outcomes.forced, 0)
  })

  it('counts a cleanup that settles after it was forced as late', async () => {
    let settle!: () => void
    take('slow', { cleanup: () => new Promise<void>(resolve => (settle = resolve)), force: () => {} })
    const draining = registry.drain({ timeoutMillis: 50, force: true })
    await clock.advance(50)
    await draining
    settle()
    await turns()
    const { outcomes, lateSettled, quarantined } = registry.stats()
    assert.deepEqual([outcomes.forced, outcomes.success, lateSettled, quarantined], [1, 0, 1, 0])
  })

  it('forces between two attempts too, and a force that fails then leaves nothing to wait for', async () => {
    const busy = (): Promise<void> => Promise.reject(new Error('busy'))
    const retry = { idempotent: true as const }
    // A back-off of 45 ms: with chance's own it might be over already.
    const chance = stub(Math, 'random').returns(0.9)
    for (const [name, force] of [
      ['ok', (): void => {}],
      [
        'broken',
        (): void => {
          throw new Error('broken')
        },
      ],
    ] as const) {
      take(name, { cleanup: busy, retry, force })
    }
    const draining = registry.drain({ timeoutMillis: 0, force: true })
    await turns()
    await clock.advance(1)
    const { outcomes, remaining } = await draining
    chance.restore()
    assert.deepEqual([outcomes.forced, outcomes.failure, remaining], [1, 1, 0])
    assert.equal(registry.stats().quarantined, 0)
    assert.equal(clock.pending, 0)
  })

  it('waits for a quarantined cleanup, up to its deadline', async () => {
    let settle!: () => void
    void take('slow', { cleanup: () => new Promise<void>(resolve => (settle = resolve)) }).release()
    await clock.advance(1_100)
    assert.equal(registry.stats().quarantined, 1)
    const draining = registry.drain({ timeoutMillis: 500 })
    await clock.advance(100)
    settle()
    const report = await draining
    assert.equal(report.elapsedMillis, 100)
    assert.equal(report.remaining, 0)
    assert.equal(registry.stats().quarantined, 0)
  })

  it('leaves alone what is tracked while it drains', async () => {
    take('old', { cleanup: async () => turns(3) })
    const draining = registry.drain()
    const young = take('young')
    const report = await draining
    assert.equal(report.remaining, 0)
    assert.equal(young.state, 'live')
    await young.release()
  })

  it('may be called twice at once', async () => {
    for (let i = 0; i < 50; i++) take(`${i}`, { cleanup: async () => turns(1) })
    const reports = await Promise.all([registry.drain(), registry.drain()])
    assert.deepEqual(
      reports.map(report => report.clean),
      [true, true],
    )
    assert.equal(registry.stats().outcomes.success, 50)
    assert.equal(registry.stats().doubleReleases, 0)
  })

  it('gives the loop its turns, however much there is', async () => {
    // Held, or the collector would find some of them abandoned.
    const held = Array.from({ length: 100_000 }, () => take('many'))
    let taken = 0
    const ended = { isSo: false }
    const draining = registry.drain().then(() => (ended.isSo = true))
    while (!ended.isSo) {
      await turns(1)
      taken++
    }
    await draining
    assert.ok(taken > 100, `${taken} turns`)
    assert.equal(registry.stats().outcomes.success, held.length)
  })

  it('leaves the registry usable', async () => {
    take('before')
    await registry.drain({ timeoutMillis: 0 })
    await take('after').release()
    assert.deepEqual(order, ['before', 'after'])
    assert.equal(clock.pending, 0)
  })
})
