import assert from 'node:assert/strict'
import { ConfigError, ResourceRegistry } from '@leasehold/core'
import { startLeakDetector } from '../src/index.ts'
import { Site } from './site.ts'

describe('a leak detector', () => {
  it('tells of a lease held too long, once, and of its release', () => {
    using site = new Site({ sampling: { stacks: 1 } })
    const lease = site.take()
    site.wait(59)
    assert.deepEqual(site.texts(), [])
    site.wait(2)
    assert.equal(site.alerts.length, 1)
    const [alert] = site.alerts
    assert.match(alert!.text, /^k "n": 1 lease held too long for 6[01] s, taken at .*site\.ts:\d+:\d+\)$/)
    assert.match(alert!.stack ?? '', /site\.ts/)
    assert.deepEqual(
      [alert!.rule, alert!.severity, alert!.state, alert!.kind, alert!.name, alert!.count, alert!.confident],
      ['held-too-long', 'warn', 'firing', 'k', 'n', 1, true],
    )
    assert.equal(site.detector.report().activeAlerts.length, 1)
    site.wait(600)
    assert.equal(site.alerts.length, 1)
    void lease.release()
    site.wait(1)
    assert.deepEqual(site.texts().at(-1), 'resolved k "n": nothing is held too long any more')
    assert.deepEqual(site.detector.report().activeAlerts, [])
  })

  it('tells when cleanups fail, and when they succeed again', () => {
    using site = new Site()
    for (let i = 0; i < 300; i++) {
      site.cleanup(i % 20 !== 0)
      site.wait(0.5)
    }
    const [first, ...rest] = site.alerts.filter(
      ({ rule, kind }) => rule === 'cleanup-success' && kind === 'k',
    )
    assert.equal(first?.state, 'firing')
    assert.match(first.text, /^k "n": \d+ cleanups failed, 9\d\.\d+ % succeeded in the last 5 min/)
    assert.match(first.text, /the last one: CleanupError: cleanup of k "n" .* failed: TypeError: broken/)
    assert(rest.every(({ state }) => state === 'firing'))
    for (let i = 0; i < 3_600; i++) {
      site.cleanup(true)
      site.wait(0.5)
    }
    assert.equal(site.alerts.at(-1)?.state, 'resolved')
    assert.deepEqual(site.detector.report().activeAlerts, [])
  })

  it('is one a registry, until it is stopped', () => {
    const registry = new ResourceRegistry()
    const detector = startLeakDetector({ registry })
    assert.throws(() => startLeakDetector({ registry }), ConfigError)
    detector.stop()
    detector.stop()
    startLeakDetector({ registry }).stop()
  })

  it('tells nothing more once a listener has stopped it', () => {
    const told: string[] = []
    const stopAt = (what: string): void => {
      told.push(what)
      site.detector.stop()
    }
    const site: Site = new Site({ onAlert: ({ name }) => stopAt(name) })
    site.take({ name: 'a' })
    site.take({ name: 'b' })
    site.wait(65)
    assert.deepEqual(told.length, 1)
    const another: Site = new Site()
    another.detector.on('leak', () => {
      told.push('leak')
      another.detector.stop()
    })
    another.take()
    another.take()
    another.wait(65)
    assert.deepEqual([told.length, another.alerts.length], [2, 0])
  })

  it('listens to nothing once it is stopped, but can still be asked', () => {
    const listeners = (): number[] => [process.listenerCount('SIGUSR2'), process.listenerCount('warning')]
    const before = listeners()
    const site = new Site({ reportSignal: 'SIGUSR2' })
    site.take()
    site.detector.stop()
    site.wait(100)
    assert.deepEqual(listeners(), before)
    assert.equal(site.detector.report().live, 1)
    site.detector.configure({ heldTooLongMillis: 5 })
    assert.deepEqual([site.registry.stats().overdue, site.alerts], [1, []])
  })

  it('ends the alerts of what a drain has cleaned up', async () => {
    using site = new Site()
    site.take()
    site.wait(61)
    assert.equal(site.detector.report().activeAlerts.length, 1)
    await site.registry.drain()
    site.wait(1)
    assert.deepEqual(site.texts().at(-1), 'resolved k "n": nothing is held too long any more')
  })

  it('goes on after its clock has jumped by a day', () => {
    using site = new Site()
    site.cleanup(false)
    site.wait(86_400)
    site.take()
    for (let i = 0; i < 40; i++) site.cleanup(false)
    site.wait(61)
    const rules = site.detector.report().activeAlerts.map(({ rule }) => rule)
    assert.deepEqual(new Set(rules), new Set(['held-too-long', 'cleanup-success', 'consecutive-failures']))
    assert.equal(site.detector.report().last60Minutes.failed, 40)
  })

  it('leaves no timer once it is stopped', () => {
    const site = new Site()
    assert.equal(site.clock.pending, 1)
    site.detector.stop()
    assert.equal(site.clock.pending, 0)
  })
})
