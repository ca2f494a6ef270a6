import assert from 'node:assert/strict'
import { MemoryPressureMonitor, type PressureLevel } from '@leasehold/core'
import { SimClock } from './sim-clock.ts'
import { Site } from './site.ts'

describe('memory that is short', () => {
  let level: PressureLevel
  let clock: SimClock
  let pressure: MemoryPressureMonitor
  beforeEach(() => {
    level = 'nominal'
    clock = new SimClock()
    pressure = new MemoryPressureMonitor({ clock, sources: [{ name: 'test', read: () => level }] })
  })

  /** Until the monitor has seen it, also that it is over, and the detector has looked. */
  function reach(site: Site, next: PressureLevel): void {
    level = next
    clock.advance(3_000)
    site.wait(5)
  }

  it('is an alert that tells which leases have become more, the most first; worse, and over, is told too', () => {
    using site = new Site({ pressure, heldTooLongMillis: false })
    for (let i = 0; i < 3; i++) site.take()
    site.wait(5 * 60)
    for (let i = 0; i < 4; i++) site.take()
    for (let i = 0; i < 9; i++) site.take({ name: 'other' })
    const released = site.take({ name: 'gone' })
    void released.release()
    reach(site, 'warning')
    assert.deepEqual(site.texts(), [
      'firing memory is short (warning); in 5 min these leases have become more: k "other" by 9 to 9, k "n" by 4 to 7',
    ])
    const [{ severity, kind, name, count, rule, runbook }] = site.alerts as [(typeof site.alerts)[0]]
    assert.deepEqual(
      { severity, kind, name, count, rule },
      { severity: 'warn', kind: 'process', name: 'memory', count: 13, rule: 'memory-pressure' },
    )
    assert.match(runbook, /\/memory-pressure\.md$/)
    reach(site, 'critical')
    assert.equal(site.alerts[1]?.severity, 'error')
    reach(site, 'nominal')
    assert.equal(site.texts()[2], 'resolved memory is short no more')
    assert.deepEqual(site.detector.report().activeAlerts, [])
  })

  it('is not about leases where none have become more', () => {
    using site = new Site({ pressure, heldTooLongMillis: false })
    site.take()
    site.wait(60)
    reach(site, 'critical')
    assert.deepEqual(site.texts(), [
      'firing memory is short (critical); in 60 s no leases have become more: what fills it is not leased',
    ])
  })

  it('is compared with half an hour ago at most, and not with what was there while it was short', () => {
    using site = new Site({ pressure, heldTooLongMillis: false })
    site.wait(60 * 60)
    site.take()
    reach(site, 'warning')
    site.wait(60 * 60)
    reach(site, 'nominal')
    reach(site, 'warning')
    assert.match(site.texts()[0] ?? '', /; in 30 min these leases have become more: k "n" by 1 to 1$/)
    assert.match(site.texts().at(-1) ?? '', /; in 89 min these leases have become more: k "n" by 1 to 1$/)
  })

  it('names the five that have become most', () => {
    using site = new Site({ pressure, heldTooLongMillis: false })
    site.wait(5)
    for (let i = 1; i <= 7; i++) for (let j = 0; j < i; j++) site.take({ name: `n${i}` })
    reach(site, 'warning')
    assert.match(site.texts()[0] ?? '', /: k "n7" by 7 to 7, .*, k "n3" by 3 to 3, and 2 more$/)
  })

  it('is nobody’s business when it is turned off, when the detector has stopped, and in the preset test', () => {
    for (const options of [{ pressure: false }, { preset: 'test' }] as const) {
      using site = new Site(options)
      assert.deepEqual(site.detector.report().activeAlerts, [])
    }
    const site = new Site({ pressure, heldTooLongMillis: false })
    site.detector.stop()
    reach(site, 'critical')
    assert.deepEqual(site.alerts, [])
    assert.equal(clock.pending, 0)
    assert.equal(pressure.level, 'nominal', 'nobody asks any more')
  })
})
