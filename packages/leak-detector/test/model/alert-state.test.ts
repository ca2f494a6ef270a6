import assert from 'node:assert/strict'
import fc from 'fast-check'
import type { Lease } from '@leasehold/core'
import { Site } from '../site.ts'
import { naiveAlerts, type LogEntry } from './naive-alerts.ts'

const step = fc.record({
  name: fc.constantFrom('a', 'b'),
  succeed: fc.oneof(fc.constant(0), fc.nat(20), fc.nat(300)),
  fail: fc.oneof({ weight: 3, arbitrary: fc.constant(0) }, fc.nat(6), fc.nat(25)),
  take: fc.oneof({ weight: 2, arbitrary: fc.constant(0) }, fc.nat(3)),
  release: fc.nat(3),
  seconds: fc.oneof(fc.integer({ min: 1, max: 40 }), fc.integer({ min: 1, max: 400 }), fc.constant(960)),
})

/** Rare among random ones: sure that more than 0.1 % fail, and that fewer than 1 % do. */
const fewFail = Array.from({ length: 12 }, () => ({
  name: 'a' as const,
  succeed: 300,
  fail: 1,
  take: 0,
  release: 0,
  seconds: 20,
}))

describe('the state of alerts', () => {
  it('after every step is what the whole log says, computed anew', () => {
    const seen = new Set<string>()
    fc.assert(
      fc.property(fc.array(step, { minLength: 1, maxLength: 12 }), steps => {
        using site = new Site({ sampling: { stacks: false } })
        const log: LogEntry[] = []
        const held: Lease<number>[] = []
        // What happens at a look's own moment could be before or after it.
        site.clock.advance(500)
        for (const { name, succeed, fail, take, release, seconds } of steps) {
          const at = site.clock.now()
          for (let i = 0; i < succeed; i++) site.cleanup(true, { name })
          if (succeed > 0) log.push({ at, name, what: 'succeeded', times: succeed })
          for (let i = 0; i < fail; i++) site.cleanup(false, { name })
          if (fail > 0) log.push({ at, name, what: 'failed', times: fail })
          for (let i = 0; i < take; i++) {
            const lease = site.take({ name })
            held.push(lease)
            log.push({ at, name, what: 'taken', times: 1, id: lease.id })
          }
          for (const lease of held.splice(0, release)) {
            void lease.release()
            log.push({ at, name: lease.name, what: 'released', times: 1, id: lease.id })
          }
          site.wait(seconds)
          const actual = site.detector
            .report({ limit: 0 })
            .activeAlerts.map(({ rule, name, severity, confident, count }) => ({
              rule,
              name,
              severity,
              confident,
              count,
            }))
          const expected = naiveAlerts(log, site.clock.now())
          for (const { rule, severity, confident } of expected) seen.add(`${rule} ${severity} ${confident}`)
          assert.deepEqual(sorted(actual), sorted(expected))
        }
      }),
      { numRuns: 60, examples: [[fewFail]] },
    )
    for (const expected of [
      'held-too-long warn true',
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
