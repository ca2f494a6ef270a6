import assert from 'node:assert/strict'
import { ResourceRegistry, type Lease, type LeaseEvent, type TrackOptions } from '../src/index.ts'
import { FakeClock, turns } from './fake-clock.ts'
import { throwingProxy } from './throwing-proxy.ts'

describe('a lease', () => {
  let clock: FakeClock
  let registry: ResourceRegistry

  beforeEach(() => {
    clock = new FakeClock()
    registry = new ResourceRegistry({ clock, cleanupTimeoutMillis: 1_000, cleanupGraceMillis: 100 })
  })

  function take(more: Partial<TrackOptions<object>> = {}, value: object = {}): Lease<object> {
    return registry.track(value, { kind: 'k', name: 'n', cleanup: () => {}, ...more })
  }

  it('has its value until it is released', async () => {
    const value = {}
    const lease = take({}, value)
    assert.equal(lease.value, value)
    await clock.advance(250)
    await lease.release()
    assert.throws(() => lease.value, {
      code: 'ERR_LEASE_RELEASED',
      kind: 'k',
      leaseName: 'n',
      id: lease.id,
      message: 'k "n" (lease 1) was released after 250 ms; its value is not to be used any more',
    })
  })

  it('tells how long it is held, and then how long it was', async () => {
    const lease = take()
    await clock.advance(100)
    assert.equal(lease.heldMillis, 100)
    await lease.release()
    await clock.advance(100)
    assert.equal(lease.heldMillis, 100)
  })

  it('is released once, whoever asks how often', async () => {
    let calls = 0
    const lease = take({ cleanup: async () => void calls++ })
    const first = lease.release()
    assert.equal(lease.release(), first)
    await lease[Symbol.asyncDispose]()
    assert.equal(calls, 1)
    assert.equal(registry.stats().doubleReleases, 2)
    assert.equal(lease.state, 'released')
  })

  it('keeps its last four access records', async () => {
    const lease = take()
    for (const hint of ['a', 'b', 'c', 'd', 'e\n\u001b[31m']) {
      lease.touch(hint)
      await clock.advance(10)
    }
    lease.touch()
    assert.deepEqual(registry.leases()[0]!.touches, [
      { hint: 'c', agoMillis: 30 },
      { hint: 'd', agoMillis: 20 },
      { hint: 'e\\u000a\\u001b[31m', agoMillis: 10 },
      { agoMillis: 0 },
    ])
    await lease.release()
    assert.doesNotThrow(() => lease.touch('late'))
  })

  it('takes any hint, though it asks for text', () => {
    const lease = take()
    for (const hint of [Object.create(null), throwingProxy(), Symbol('s')]) lease.touch(hint as string)
    assert.deepEqual(
      registry.leases()[0]!.touches.map(({ hint }) => hint),
      ['an object', 'an object', 'a symbol'],
    )
  })

  it('is overdue past its threshold, its own or the registry’s', async () => {
    registry.configure({ leakThresholdMillis: 1_000 })
    const early = take({ leakThresholdMillis: 300 })
    take()
    take({ leakThresholdMillis: false })
    await clock.advance(299)
    assert.equal(registry.stats().overdue, 0)
    await clock.advance(1)
    assert.equal(registry.stats().overdue, 1)
    await clock.advance(700)
    assert.equal(registry.stats().overdue, 2)
    await early.release()
    assert.equal(registry.stats().overdue, 1)
    await clock.advance(1e9)
    assert.equal(registry.stats().overdue, 1)
    assert.deepEqual(
      registry.leases().map(lease => lease.overdue),
      [true, false],
    )
  })

  it('has its name escaped and bounded wherever it is shown', () => {
    const lease = registry.track(1, { kind: 'k\n', name: 'x'.repeat(10_000), cleanup: () => {} })
    assert.equal(lease.kind, 'k\\u000a')
    assert.equal(lease.name.length, 256)
    assert.equal(lease.name.endsWith('…'), true)
  })

  it('aborts its own cleanup’s signal at the time-out, and no other’s', async () => {
    const signals: AbortSignal[] = []
    const hang = function (): Promise<void> {
      // eslint-disable-next-line prefer-rest-params -- a function that declares nothing gets the signal too
      signals.push(arguments[1] as AbortSignal)
      return new Promise(() => {})
    }
    const rest = (...all: unknown[]): void => void signals.push(all[1] as AbortSignal)
    const fallback = (_: object, signal: AbortSignal = undefined as never): void => void signals.push(signal)
    for (const cleanup of [hang, rest, fallback]) void take({ cleanup }).release()
    assert.ok(signals.every(signal => signal instanceof AbortSignal))
    await clock.advance(1_000)
    assert.deepEqual(
      signals.map(signal => signal.aborted),
      [true, false, false],
    )
    assert.equal((signals[0]!.reason as { code: string }).code, 'ERR_CLEANUP_TIMEOUT')
  })

  it('never shares a signal that somebody listens to', async () => {
    const kept: AbortSignal[] = []
    const listen = (...all: unknown[]): void => {
      kept.push(all[1] as AbortSignal)
      kept.at(-1)!.addEventListener('abort', () => {})
    }
    await take({ cleanup: listen }).release()
    await take({ cleanup: (...all: unknown[]) => void kept.push(all[1] as AbortSignal) }).release()
    await take({ cleanup: (_, signal) => void kept.push(signal) }).release()
    await take({ cleanup: (_, signal) => void kept.push(signal) }).release()
    assert.equal(new Set(kept).size, 4)
  })

  it('settling in its grace is late, and needs no force', async () => {
    let forced = 0
    const lease = take({
      force: () => forced++,
      cleanup: (_, signal) => new Promise<void>(resolve => signal.addEventListener('abort', () => resolve())),
    })
    const outcome = lease.release().catch((error: { code: string }) => error.code)
    await clock.advance(2_000)
    assert.equal(await outcome, 'ERR_CLEANUP_TIMEOUT')
    const { outcomes, lateSettled, quarantined } = registry.stats()
    assert.deepEqual([forced, outcomes.timeout, lateSettled, quarantined], [0, 1, 1, 0])
    assert.equal(clock.pending, 0)
  })

  it('that hangs is forced after its grace, or quarantined until it settles', async () => {
    const forced: object[] = []
    const value = {}
    void take({ cleanup: () => new Promise(() => {}), force: each => forced.push(each) }, value).release()
    let settle!: () => void
    void take({ cleanup: () => new Promise<void>(resolve => (settle = resolve)) }).release()
    await clock.advance(1_099)
    assert.deepEqual([forced.length, registry.stats().quarantined], [0, 0])
    await clock.advance(1)
    assert.deepEqual([forced, registry.stats().quarantined], [[value], 1])
    settle()
    await turns()
    assert.equal(registry.stats().quarantined, 0)
    assert.equal(registry.stats().outcomes.timeout, 2)
  })

  it('is retried only where that is declared, and within its time', async () => {
    let calls = 0
    const cleanup = (): Promise<void> => (++calls < 3 ? Promise.reject(new Error('busy')) : Promise.resolve())
    const once = take({ cleanup }).release()
    await assert.rejects(once, { attempts: 1 })
    calls = 0
    const retried = take({ cleanup, retry: { idempotent: true } }).release()
    await clock.advance(900)
    await retried
    assert.equal(calls, 3)
    calls = -10
    const inVain = take({ cleanup, retry: { idempotent: true, attempts: 2 } }).release()
    inVain.catch(() => {})
    await clock.advance(900)
    await assert.rejects(inVain, {
      attempts: 2,
      message: 'cleanup of k "n" (lease 3) failed after 2 attempts: Error: busy',
    })
  })

  it('in the background never rejects, also where the queue is full', async () => {
    registry.configure({ backgroundQueueLimit: 1 })
    const bad: Partial<TrackOptions<object>> = {
      strategy: 'background',
      cleanup: () => Promise.reject(new Error('broken')),
    }
    const [queued, atOnce] = [take(bad), take(bad)]
    void queued.release()
    const started: LeaseEvent[] = []
    registry.on('cleanup', event => started.push(event))
    await atOnce.release()
    assert.deepEqual(
      started.map(({ id }) => id),
      [atOnce.id],
    )
    await turns()
    assert.equal(registry.stats().outcomes.failure, 2)
  })
})

describe('listeners of a registry', () => {
  const registry = new ResourceRegistry()
  const cycle = (): Promise<void> => registry.track(1, { kind: 'k', name: 'n', cleanup: () => {} }).release()

  it('are told of each step', async () => {
    const types: string[] = []
    const ends = (['acquire', 'release', 'cleanup'] as const).map(type =>
      registry.on(type, event => types.push(`${event.type} ${event.outcome ?? ''}`.trim())),
    )
    await cycle()
    for (const end of ends) end[Symbol.dispose]()
    await cycle()
    assert.deepEqual(types, ['acquire', 'release', 'cleanup success'])
  })

  it('may leave while they are told, be added twice, and be taken off', async () => {
    const told: number[] = []
    const twice = (): void => void told.push(2)
    using _ = registry.on('cleanup', twice)
    registry.on('cleanup', twice)
    const once = registry.on('cleanup', () => {
      told.push(1)
      once[Symbol.dispose]()
    })
    await cycle()
    registry.off('cleanup', twice)
    await cycle()
    assert.deepEqual(told, [2, 2, 1])
  })

  it('that throw or reject are counted, never felt', async () => {
    const before = registry.stats().listenerErrors
    using _ = registry.on('cleanup', () => {
      throw new Error('broken')
    })
    const rejects: () => unknown = () => Promise.reject(new Error('broken'))
    const rejecting = registry.on('release', rejects)
    await cycle()
    await turns()
    rejecting[Symbol.dispose]()
    assert.equal(registry.stats().listenerErrors, before + 2)
  })
})
