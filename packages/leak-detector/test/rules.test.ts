import assert from 'node:assert/strict'
import { ResourceRegistry } from '@leasehold/core'
import { collectableRegistry } from '../../core/test/fake-finalization.ts'
import { startLeakDetector, type Alert, type LeakDetector } from '../src/index.ts'
import { mannKendallZ } from '../src/mann-kendall.ts'
import { wilson } from '../src/wilson.ts'
import { SimClock } from './sim-clock.ts'
import { Site } from './site.ts'
import { turns } from '../../core/test/fake-clock.ts'

describe('the statistics', () => {
  it('Wilson’s bounds are those of the text books', () => {
    const round = (x: number): number => Math.round(x * 1e4) / 1e4
    const { lower, upper } = wilson(90, 100, 1.96)
    assert.deepEqual([round(lower), round(upper)], [0.8256, 0.9448])
    assert.deepEqual(wilson(0, 0, 3), { lower: 0, upper: 1 })
    assert.equal(wilson(10, 10, 3).upper, 1)
    assert(wilson(0, 10, 3).lower < 1e-9)
    assert(wilson(2_704, 2_704, 1.645).lower >= 0.999, '0 failures in 2,704 prove 99.9 %')
    assert(wilson(2_500, 2_500, 1.645).lower < 0.999)
  })

  it('Mann-Kendall is 0 for what is constant, positive for what rises, and allows for ties', () => {
    assert.equal(mannKendallZ([3, 3, 3, 3]), 0)
    assert.equal(mannKendallZ([]), 0)
    const rising = Array.from({ length: 30 }, (_, i) => i)
    assert(Math.abs(mannKendallZ(rising) - 434 / Math.sqrt((30 * 29 * 65) / 18)) < 1e-9)
    assert.equal(mannKendallZ(rising.toReversed()), -mannKendallZ(rising))
    // n = 4, one tie of two: S = 5, variance (4·3·13 − 2·1·9) / 18.
    assert(Math.abs(mannKendallZ([1, 2, 2, 3]) - 4 / Math.sqrt((156 - 18) / 18)) < 1e-9)
  })
})

describe('abandoned leases', () => {
  let detector: LeakDetector
  afterEach(() => detector.stop())

  function watched(gc: number): {
    clock: SimClock
    registry: ResourceRegistry
    collect: () => void
    alerts: Alert[]
  } {
    const clock = new SimClock()
    const alerts: Alert[] = []
    const { registry, collect } = collectableRegistry({ clock })
    if (gc !== 1) registry.configure({ sampling: { gc } })
    detector = startLeakDetector({
      registry,
      cleanup: false,
      sampling: { gc, stacks: gc === 1 ? 1 : false },
      onAlert: alert => alerts.push(alert),
    })
    return { clock, registry, collect, alerts }
  }
  const take = (registry: ResourceRegistry): unknown =>
    registry.track(1, { kind: 'k', name: 'n', cleanup: () => {} })

  it('are told with their place, and over after 15 minutes without another', () => {
    const { clock, registry, collect, alerts } = watched(1)
    // From one place, as they are told by place.
    for (const minutes of [0, 14]) {
      clock.advance(minutes * 60_000)
      for (let i = 0; i < 3; i++) take(registry)
      collect()
      clock.advance(1_000)
    }
    assert.match(
      alerts[0]!.text,
      /^k "n": 3 leases were garbage-collected unreleased, taken at .*rules\.test\.ts/,
    )
    assert.equal(alerts[0]!.count, 3)
    clock.advance(14 * 60_000)
    assert.equal(alerts.filter(({ state }) => state === 'resolved').length, 0)
    clock.advance(2 * 60_000)
    assert.deepEqual(
      alerts.filter(({ rule }) => rule === 'abandoned').map(({ state }) => state),
      ['firing', 'firing', 'resolved'],
      'again as there were twice as many',
    )
  })

  it('stand for as many as the sampling says', () => {
    const { clock, registry, collect, alerts } = watched(10)
    for (let i = 0; i < 1_000; i++) take(registry)
    collect()
    clock.advance(1_000)
    const found = registry.stats().outcomes.abandoned
    assert(found > 50 && found < 200, `${found}`)
    assert.equal(alerts[0]!.count, 10 * found)
    assert.match(alerts[0]!.text, /\(1 in 10 is watched: some \d+ in all\)/)
  })

  it('that were held too long are so no more', () => {
    const { clock, registry, collect, alerts } = watched(1)
    const events: string[] = []
    detector.on('leak', ({ reason }) => events.push(reason))
    detector.on('unleaked', ({ type }) => events.push(type))
    take(registry)
    clock.advance(61_000)
    collect()
    clock.advance(1_000)
    assert.deepEqual(events, ['overdue', 'abandoned'])
    assert.deepEqual(alerts.map(({ rule, state }) => `${rule} ${state}`).sort(), [
      'abandoned firing',
      'held-too-long firing',
      'held-too-long resolved',
    ])
  })
})

describe('hung cleanups', () => {
  const never = (): Promise<void> => new Promise(() => {})

  it('are told as quarantined, until they settle after all', async () => {
    using site = new Site()
    let settle = (): void => {}
    void site.take({ cleanup: () => new Promise<void>(resolve => (settle = resolve)) }).release()
    await turns()
    site.wait(11)
    assert.deepEqual(site.texts(), ['firing k "n": 1 cleanup hangs; what they hold may still be open'])
    settle()
    await turns()
    site.wait(5)
    assert.equal(site.texts().at(-1), 'resolved k "n": nothing is quarantined any more')
  })

  it('are an error where half of a pool is lost', async () => {
    using site = new Site()
    const resource = { kind: 'pool.resource', leakThresholdMillis: false } as const
    for (let i = 0; i < 3; i++) site.take(resource)
    for (let i = 0; i < 2; i++) void site.take({ ...resource, cleanup: never }).release()
    await turns()
    site.wait(15)
    assert.deepEqual(
      site.alerts.map(({ severity, count }) => [severity, count]),
      [['warn', 2]],
    )
    void site.take({ ...resource, cleanup: never }).release()
    await turns()
    site.wait(15)
    assert.deepEqual([site.alerts.at(-1)!.severity, site.alerts.at(-1)!.count], ['error', 3])
    assert.match(
      site.alerts.at(-1)!.text,
      /half of the pool is lost: 3 by hung destroys and dropped loans, 3 are live/,
    )
  })
})

describe('dropped loans of a pool', () => {
  it('are an error where they are half of it, and not once the pool has been drained', async () => {
    const clock = new SimClock()
    const alerts: Alert[] = []
    const { registry, collect } = collectableRegistry({ clock })
    const detector = startLeakDetector({
      registry,
      cleanup: false,
      sampling: { gc: 1 },
      onAlert: alert => alerts.push(alert),
    })
    const take = (kind: string): void =>
      void registry.track(1, { kind, name: 'db', cleanup: () => {}, leakThresholdMillis: false })
    const resources = Array.from({ length: 4 }, () =>
      registry.track(1, { kind: 'pool.resource', name: 'db', cleanup: () => {}, leakThresholdMillis: false }),
    )
    take('pool.loan')
    take('pool.loan')
    collect('pool.loan')
    clock.advance(10_000)
    const told = (): string[] =>
      alerts.filter(({ rule }) => rule === 'quarantine').map(({ state, severity }) => `${state} ${severity}`)
    const half = told()
    for (const resource of resources) void resource.release()
    clock.advance(10_000)
    assert.deepEqual([half, told().at(-1)], [['firing error'], 'resolved error'])
    // Another pool of that name.
    registry.track(1, { kind: 'pool.resource', name: 'db', cleanup: () => {}, leakThresholdMillis: false })
    clock.advance(10_000)
    assert.equal(told().length, 2)
    detector.stop()
  })
})

describe('consecutive failures', () => {
  it('are told at twenty, and not again for ever', () => {
    using site = new Site({ cleanup: { warnBelow: 0.02, errorBelow: 0.01, target: 0.03 } })
    for (let i = 0; i < 20; i++) {
      assert.equal(site.alerts.filter(({ rule }) => rule === 'consecutive-failures').length, 0)
      site.cleanup(false)
      site.wait(1)
    }
    const told = (): string[] =>
      site.alerts.filter(({ rule }) => rule === 'consecutive-failures').map(({ state }) => state)
    assert.deepEqual(told(), ['firing'])
    site.wait(6 * 3_600)
    assert.deepEqual(told(), ['firing', 'resolved'])
  })

  it('a success in between begins a new row', () => {
    using site = new Site()
    for (let i = 0; i < 60; i++) {
      site.cleanup(i % 15 === 0)
      site.wait(1)
    }
    assert(!site.alerts.some(({ rule }) => rule === 'consecutive-failures'))
  })
})

describe('the success rate', () => {
  it('counts the strategy forced as a success, what a drain forces as a failure', async () => {
    using site = new Site()
    const hung = { cleanup: () => new Promise<void>(() => {}), force: () => {} }
    void site.take({ strategy: 'forced', force: () => {} }).release()
    for (let i = 0; i < 3; i++) site.take(hung)
    const draining = site.registry.drain({ timeoutMillis: 100, force: true })
    await turns()
    site.wait(1)
    await draining
    const { last5Minutes } = site.detector.report()
    assert.deepEqual([last5Minutes.succeeded, last5Minutes.failed], [1, 3])
    assert.equal(site.registry.stats().outcomes.forced, 4)
  })

  it('leaves out what was before the detector', () => {
    const registry = new ResourceRegistry({ clock: new SimClock() })
    void registry.track(1, { kind: 'k', name: 'n', cleanup: () => {} }).release()
    const detector = startLeakDetector({ registry })
    void registry.track(1, { kind: 'k', name: 'n', cleanup: () => {} }).release()
    assert.equal(detector.report().last60Minutes.succeeded, 1)
    detector.stop()
  })

  it('that is not looked at any more has no alert any more', () => {
    using site = new Site()
    for (let i = 0; i < 40; i++) site.cleanup(false)
    site.wait(5)
    const rules = ['cleanup-success', 'cleanup-success', 'consecutive-failures']
    assert.deepEqual(site.alerts.map(({ rule }) => rule).sort(), rules)
    site.detector.configure({ cleanup: false, growth: false })
    assert.deepEqual(site.detector.report().activeAlerts, [])
    site.wait(7_200)
    assert.deepEqual(
      site.alerts
        .slice(3)
        .map(({ rule, state }) => `${rule} ${state}`)
        .sort(),
      rules.map(rule => `${rule} resolved`),
    )
    site.detector.configure({ cleanup: {} })
    for (let i = 0; i < 40; i++) site.cleanup(false)
    site.wait(5)
    assert.equal(site.detector.report().activeAlerts.length, 3)
  })

  it('is not looked at with cleanup: false', () => {
    using site = new Site({ cleanup: false })
    for (let i = 0; i < 100; i++) site.cleanup(false)
    site.wait(60)
    assert.deepEqual(site.alerts, [])
  })
})
