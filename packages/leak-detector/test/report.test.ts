import assert from 'node:assert/strict'
import { closeSync, openSync } from 'node:fs'
import type { Lease } from '@leasehold/core'
import { Site } from './site.ts'

describe('a report', () => {
  it('tells who holds what: by kind and name, by place, the oldest first', () => {
    using site = new Site({ sampling: { stacks: 1 } })
    const here = (name: string): Lease<number> => site.take({ name })
    const leases = [1, 2, 3].map(() => here('a'))
    site.wait(30)
    leases.push(here('b'))
    leases[1]!.touch('query')
    site.wait(31)
    const { live, groups, leases: told, last60Minutes, activeAlerts } = site.detector.report({ limit: 3 })
    assert.equal(live, 4)
    assert.deepEqual(
      groups.map(({ name, live, overdue, oldestMillis }) => [name, live, overdue, oldestMillis]),
      [
        ['a', 3, 3, 61_000],
        ['b', 1, 0, 31_000],
      ],
    )
    const [place, ...more] = groups[0]!.sites
    assert.deepEqual(more, [])
    assert.match(place!.stack ?? '', /report\.test\.ts/)
    assert.doesNotMatch(place!.stack ?? '', /node:internal/)
    assert.deepEqual([place!.count, place!.oldestMillis], [3, 61_000])
    assert.deepEqual(
      told.map(({ id }) => id),
      [1, 2, 3],
    )
    assert.deepEqual(told[1]!.touches, [{ hint: 'query', agoMillis: 31_000 }])
    assert.equal(last60Minutes.succeeded, 0)
    assert.equal(activeAlerts.length, 1)
  })

  it('tells of a share how sure it is', () => {
    using site = new Site()
    for (let i = 0; i < 100; i++) site.cleanup(i !== 0)
    const { last5Minutes, groups } = site.detector.report()
    assert.deepEqual([last5Minutes.succeeded, last5Minutes.failed, last5Minutes.rate], [99, 1, 0.99])
    assert(last5Minutes.lower > 0.95 && last5Minutes.lower < 0.99)
    assert(last5Minutes.upper > 0.99 && last5Minutes.upper < 1)
    assert.deepEqual(
      groups.map(({ name, live }) => [name, live]),
      [['n', 0]],
      'shown as something failed',
    )
  })

  it('since a snapshot: what has come and not gone', () => {
    using site = new Site()
    site.take({ name: 'before' })
    const snapshot = site.detector.snapshot()
    void site.take({ name: 'gone' }).release()
    const [kept, other] = [site.take({ name: 'kept' }), site.take({ name: 'kept', leakThresholdMillis: 5 })]
    const { live, groups, leases, since } = site.detector.report({ since: snapshot })
    assert.deepEqual([live, since], [2, snapshot.at])
    assert.deepEqual(
      groups.map(({ name, live }) => [name, live]),
      [['kept', 2]],
    )
    assert.deepEqual(
      leases.map(({ id }) => id),
      [kept.id, other.id],
    )
    assert.deepEqual(site.detector.report({ since: site.detector.snapshot() }).leases, [])
  })

  it('as a text, plain or coloured', () => {
    using site = new Site({ sampling: { stacks: 1 } })
    site.take()
    for (let i = 0; i < 30; i++) site.cleanup(i % 2 === 0, { name: 'other' })
    site.wait(75)
    const text = site.detector.report({ format: 'text', color: false })
    const lines = text.split('\n')
    assert.match(
      lines[0]!,
      /^Leases: 1 live; cleanups: 50 % \(30\) of 5 min and 50 % \(30\) of 60 min succeeded$/,
    )
    assert.match(text, /^ {2}ERROR k "other": 15 cleanups failed, 50 % succeeded/m)
    assert.match(text, /^ {2}WARN {2}k "n": 1 lease held too long for 75 s, taken at .*site\.ts:\d+:\d+\)$/m)
    assert.match(text, /docs\/runbook\/held-too-long\.md$/m)
    assert.match(text, /^k "n": 1 live, the oldest for 75 s, 1 held too long, cleanups: none in 60 min$/m)
    assert.match(text, /^ {2}1 from Site\.take .*site\.ts.*, the oldest for 75 s$/m)
    // eslint-disable-next-line no-control-regex
    assert.doesNotMatch(text, /\u001b/)
    // eslint-disable-next-line no-control-regex
    const plain = site.detector.report({ format: 'text', color: true }).replace(/\u001b\[\d+m/g, '')
    assert.deepEqual(plain.replace(/^Kernel.*$/m, ''), text.replace(/^Kernel.*$/m, ''))
  })

  it('tells the oldest, whatever thresholds they have', () => {
    using site = new Site({ heldTooLongMillis: 5_000 })
    const ids: number[] = []
    // The threshold of some is by chance the one that is in force for the others.
    for (let i = 0; i < 300; i++) {
      const own = [{}, { leakThresholdMillis: 5_000 }, { leakThresholdMillis: 7_000 }][(i >> 4) % 3]
      ids.push(site.take(own).id)
    }
    for (const limit of [1, 7, 50, 300]) {
      const { leases } = site.detector.report({ limit })
      assert.deepEqual(
        leases.map(({ id }) => id),
        ids.slice(0, limit),
      )
    }
  })

  it('is bounded, whatever is held', () => {
    using site = new Site({ sampling: { stacks: false } })
    for (let i = 0; i < 50_000; i++) site.take({ name: `n${i % 500}` })
    const report = site.detector.report({ limit: 10_000 })
    assert.equal(report.live, 50_000)
    assert.deepEqual(
      [report.leases.length, report.leases[0]!.id, report.leases.at(-1)!.id],
      [10_000, 1, 10_000],
    )
    assert(report.groups.length <= 400, 'no more groups than the registry tells apart')
    assert.equal(site.detector.report({ limit: 0 }).leases.length, 0)
  })

  it('on Linux shows what the kernel sees beside what the registry does', function () {
    if (process.platform !== 'linux') this.skip()
    using site = new Site()
    const files = [1, 2, 3].map(() => openSync('/dev/null', 'r'))
    try {
      const { kernel, live } = site.detector.report()
      assert(kernel)
      assert.equal(live, 0)
      assert.equal(kernel.now.fds - kernel.atStart.fds, 3)
      assert(kernel.now.mappings > 10 && kernel.now.residentBytes > 1e6)
      assert.match(site.detector.report({ format: 'text' }), /open files \(\+3 since the start\)/)
    } finally {
      for (const file of files) closeSync(file)
    }
  })
})
