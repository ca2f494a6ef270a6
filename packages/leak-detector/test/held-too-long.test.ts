import assert from 'node:assert/strict'
import type { Lease, TrackOptions } from '@leasehold/core'
import type { LeakEvent, UnleakedEvent } from '../src/index.ts'
import { Site } from './site.ts'

const firing = (site: Site): unknown[] =>
  site.detector.report().activeAlerts.map(({ rule, name, count }) => [rule, name, count])

describe('held too long', () => {
  it('a thousand identical leaks are one alert with a count of 1,000, told once', () => {
    using site = new Site({ sampling: { stacks: 1 } })
    for (let i = 0; i < 1_000; i++) site.take()
    site.wait(65)
    assert.deepEqual(
      site.alerts.map(({ count }) => count),
      [1_000],
    )
    assert.deepEqual(firing(site), [['held-too-long', 'n', 1_000]])
  })

  it('are one alert as well where few stacks are sampled', () => {
    using site = new Site({ sampling: { stacks: 50 } })
    const take = (): Lease<number> => site.take()
    const leases = Array.from({ length: 1_000 }, () => take())
    site.wait(65)
    assert.deepEqual(firing(site), [['held-too-long', 'n', 1_000]])
    assert.match(site.alerts[0]!.stack ?? '', /held-too-long\.test\.ts/)
    for (const lease of leases) void lease.release()
    site.wait(1)
    assert.deepEqual(firing(site), [])
    assert.equal(site.alerts.at(-1)?.state, 'resolved')
  })

  it('two places are two alerts, and each ends with its own leases', () => {
    using site = new Site({ sampling: { stacks: 1 } })
    const one = [site.take(), site.take()]
    const other = site.take()
    site.wait(62)
    assert.equal(site.alerts.length, 3, 'the two are on lines of their own')
    for (const lease of one) void lease.release()
    site.wait(1)
    assert.deepEqual(firing(site), [['held-too-long', 'n', 1]])
    void other.release()
    site.wait(1)
    assert.deepEqual(firing(site), [])
  })

  it('a lease may opt out, or have a threshold of its own', () => {
    using site = new Site()
    site.take({ name: 'for ever', leakThresholdMillis: false })
    site.take({ name: 'short', leakThresholdMillis: 5_000 })
    site.take({ name: 'long', leakThresholdMillis: 500_000 })
    site.wait(6)
    assert.deepEqual(firing(site), [['held-too-long', 'short', 1]])
    site.wait(490)
    assert.equal(firing(site).length, 1)
    site.wait(10_000)
    assert.equal(firing(site).length, 2)
  })

  it('a threshold that is changed counts for live leases too, but for those that have their own', () => {
    using site = new Site()
    const late: string[] = []
    site.detector.on('unleaked', ({ lease }) => late.push(lease.name))
    site.take({ name: 'before' })
    site.take({ name: 'own', leakThresholdMillis: 20_000 })
    site.wait(5)
    site.detector.configure({ heldTooLongMillis: 3_000 })
    site.wait(1)
    assert.deepEqual(firing(site), [['held-too-long', 'before', 1]])
    site.take({ name: 'after' })
    site.wait(20)
    assert.deepEqual(firing(site).length, 3)
    site.detector.configure({ heldTooLongMillis: 22_000 })
    site.wait(1)
    assert.deepEqual(firing(site), [
      ['held-too-long', 'before', 1],
      ['held-too-long', 'own', 1],
    ])
    assert.deepEqual(late, ['after'])
    site.detector.configure({ heldTooLongMillis: false })
    site.wait(1_000)
    assert.deepEqual(firing(site), [['held-too-long', 'own', 1]])
    assert.equal(site.texts().at(-1), 'resolved k "before": nothing is held too long any more')
    assert.deepEqual(late, ['after', 'before'])
  })

  it('a threshold that falls is no growth of old leases', () => {
    using site = new Site({ heldTooLongMillis: 7_200_000 })
    for (let i = 0; i < 50; i++) site.take()
    site.wait(1_800)
    site.detector.configure({ heldTooLongMillis: 60_000 })
    site.wait(3_600)
    assert.deepEqual(firing(site), [['held-too-long', 'n', 50]])
    assert(!site.alerts.some(({ rule }) => rule === 'growth'))
  })

  it('a threshold that rises takes back a thousand leaks, told by place and released in between', () => {
    using site = new Site({ sampling: { stacks: 1 } })
    const leases = Array.from({ length: 1_000 }, () => site.take())
    site.wait(100)
    site.detector.configure({ heldTooLongMillis: 200_000 })
    for (const lease of leases.slice(0, 100)) void lease.release()
    site.wait(2)
    assert.deepEqual(firing(site), [])
    assert.equal(site.registry.stats().overdue, 0)
    site.wait(100)
    assert.deepEqual(firing(site), [['held-too-long', 'n', 900]])
  })

  it('the threshold counts for what was taken before the detector; after its end the registry’s own does again', () => {
    const first = new Site({ heldTooLongMillis: 3_000 })
    first.take()
    first.wait(10)
    assert.equal(firing(first).length, 1)
    first.detector.stop()
    assert.equal(first.registry.stats().overdue, 0)
    first.wait(51)
    assert.equal(first.registry.stats().overdue, 1)
  })

  it('what is overdue already when the detector starts is told too', () => {
    const first = new Site()
    const lease = first.take()
    first.wait(61)
    first.detector.stop()
    const { registry, clock } = first
    const told: LeakEvent[] = []
    const late: UnleakedEvent[] = []
    const again = new (first.detector.constructor as new (o: object) => typeof first.detector)({ registry })
    again.on('leak', event => told.push(event))
    again.on('unleaked', event => late.push(event))
    clock.advance(1_000)
    assert.deepEqual(
      told.map(({ reason, lease }) => [reason, lease.id]),
      [['overdue', lease.id]],
    )
    void lease.release()
    clock.advance(1_000)
    assert.deepEqual(
      late.map(({ lease }) => lease.id),
      [lease.id],
    )
    again.stop()
  })

  it('every planted leak is told, and nothing else, whatever reads the registry in between', () => {
    using site = new Site()
    const told: number[] = []
    const late: number[] = []
    site.detector.on('leak', ({ lease }) => told.push(lease.id))
    site.detector.on('unleaked', ({ lease }) => late.push(lease.id))
    const planted: Lease<number>[] = []
    for (let i = 0; i < 300; i++) {
      const lease = site.take({ name: `n${i % 7}`, leakThresholdMillis: 1_000 * (1 + (i % 5)) })
      if (i % 3 === 0) planted.push(lease)
      else void lease.release()
      if (i % 10 === 0) site.registry.stats()
      site.wait(0.25)
    }
    site.wait(10)
    assert.deepEqual(
      told.sort((a, b) => a - b),
      planted.map(({ id }) => id),
    )
    for (const lease of planted.slice(0, 50).toReversed()) void lease.release()
    site.wait(1)
    assert.deepEqual(
      late.sort((a, b) => a - b),
      planted.slice(0, 50).map(({ id }) => id),
    )
  })

  it('a million correct leases are no report', () => {
    using site = new Site()
    const options: TrackOptions<number> = { kind: 'k', name: 'n', cleanup: () => {} }
    let told = 0
    site.detector.on('leak', () => told++)
    for (let i = 0; i < 1_000_000; i++) {
      void site.registry.track(i, options).release()
      if (i % 10_000 === 0) site.wait(1)
    }
    site.wait(120)
    assert.deepEqual([told, site.alerts], [0, []])
    const { groups, live } = site.detector.report()
    assert.deepEqual([groups, live], [[], 0])
  }).timeout(60_000)

  it('after a group’s first leak each of its next stacks is taken, for a while', () => {
    using site = new Site({ sampling: { stacks: false } })
    site.take()
    site.wait(61)
    const sampled = (): number =>
      site.registry.leases({ limit: 5_000 }).filter(({ stack }) => stack !== undefined).length
    for (let i = 0; i < 1_500; i++) site.take()
    site.take({ name: 'other' })
    assert.equal(sampled(), 1_000)
  })
})
