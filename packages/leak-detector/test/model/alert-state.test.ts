import assert from 'node:assert/strict'
import fc from 'fast-check'
import type { Lease } from '@leasehold/core'
import { outliving, type Alert } from '../../src/index.ts'
import { Site } from '../site.ts'
import { naiveAlerts, type LogEntry, type NaiveAlert } from './naive-alerts.ts'

const step = fc.record({
  name: fc.constantFrom('a', 'b'),
  succeed: fc.oneof(fc.constant(0), fc.nat(20), fc.nat(300)),
  fail: fc.oneof({ weight: 3, arbitrary: fc.constant(0) }, fc.nat(6), fc.nat(25)),
  take: fc.oneof({ weight: 2, arbitrary: fc.constant(0) }, fc.nat(3)),
  outlive: fc.oneof({ weight: 4, arbitrary: fc.constant(0) }, fc.nat(2)),
  release: fc.nat(3),
  threshold: fc.oneof(
    { weight: 4, arbitrary: fc.constant(undefined) },
    fc.constantFrom(20_000, 60_000, 300_000),
  ),
  seconds: fc.oneof(fc.integer({ min: 1, max: 40 }), fc.integer({ min: 1, max: 400 }), fc.constant(960)),
})

/** Rare among random ones: sure that more than 0.1 % fail, and that fewer than 1 % do. */
const fewFail = Array.from({ length: 12 }, () => ({
  name: 'a' as const,
  succeed: 300,
  fail: 1,
  take: 0,
  outlive: 0,
  release: 0,
  threshold: undefined,
  seconds: 20,
}))

describe('the state of alerts', () => {
  it('after every step is what the whole log says, computed anew', async () => {
    const seen = new Set<string>()
    await fc.assert(
      fc.asyncProperty(fc.array(step, { minLength: 1, maxLength: 12 }), async steps => {
        // Growth is for the simulations: it takes half an hour.
        using site = new Site({ growth: false, sampling: { stacks: false } })
        const log: LogEntry[] = []
        const held: Lease<number>[] = []
        // What happens at a look's own moment could be before or after it.
        site.clock.advance(500)
        for (const { name, succeed, fail, take, outlive, release, threshold, seconds } of steps) {
          const at = site.clock.now()
          if (threshold !== undefined) {
            site.detector.configure({ heldTooLongMillis: threshold })
            log.push({ at, name, what: 'configured', times: threshold })
          }
          for (let i = 0; i < succeed; i++) site.cleanup(true, { name })
          if (succeed > 0) log.push({ at, name, what: 'succeeded', times: succeed })
          for (let i = 0; i < fail; i++) site.cleanup(false, { name })
          if (fail > 0) log.push({ at, name, what: 'failed', times: fail })
          for (let i = 0; i < take; i++) {
            const lease = site.take({ name })
            held.push(lease)
            log.push({ at, name, what: 'taken', times: 1, id: lease.id })
          }
          await outliving(() => {
            for (let i = 0; i < outlive; i++) {
              const lease = site.take({ name })
              held.push(lease)
              log.push({ at, name, what: 'taken', times: 1, id: lease.id })
              log.push({ at, name, what: 'outlived', times: 1, id: lease.id })
            }
          })
          for (const lease of held.splice(0, release)) {
            void lease.release()
            log.push({ at, name: lease.name, what: 'released', times: 1, id: lease.id })
          }
          site.wait(seconds)
          const actual = summed(site.detector.report({ limit: 0 }).activeAlerts)
          const expected = naiveAlerts(log, site.clock.now())
          for (const { rule, severity, confident } of expected) seen.add(`${rule} ${severity} ${confident}`)
          assert.deepEqual(sorted(actual), sorted(expected))
        }
      }),
      { numRuns: 60, examples: [[fewFail]] },
    )
    for (const expected of [
      'held-too-long warn true',
      'outlived warn true',
      'cleanup-success info true',
      'cleanup-success warn false',
      'cleanup-success warn true',
      'cleanup-success error true',
      'consecutive-failures error true',
    ]) {
      assert(seen.has(expected), `no run came to: ${expected}`)
    }
  }).timeout(120_000)
})

function sorted<T>(alerts: readonly T[]): T[] {
  return [...alerts].sort((a, b) => (JSON.stringify(a) < JSON.stringify(b) ? -1 : 1))
}

/** Leases from several places, once their stacks are sampled, are several alerts. */
function summed(alerts: readonly Alert[]): NaiveAlert[] {
  const sums = new Map<string, NaiveAlert>()
  for (const { rule, name, severity, confident, count } of alerts) {
    const key = `${rule} ${name}`
    sums.set(key, { rule, name, severity, confident, count: count + (sums.get(key)?.count ?? 0) })
  }
  return [...sums.values()]
}
