import assert from 'node:assert/strict'
import type { Lease } from '@leasehold/core'
import { Site } from '../site.ts'
import { seededRandom } from './seeded-random.ts'

describe('a hundred random programs', () => {
  it('every planted leak is found, with its stack, and nothing else', () => {
    let planted = 0
    for (let seed = 1; seed <= 100; seed++) {
      const random = seededRandom(seed)
      using site = new Site({ sampling: { stacks: 1 } })
      const told: number[] = []
      const late: number[] = []
      site.detector.on('leak', ({ lease, reason }) => {
        assert.equal(reason, 'overdue')
        assert.match(lease.stack ?? '', /random-programs/)
        told.push(lease.id)
      })
      site.detector.on('unleaked', ({ lease }) => late.push(lease.id))
      const due: { at: number; lease: Lease<number>; threshold: number; takenAt: number }[] = []
      const leaked: number[] = []
      const returned: number[] = []
      const end = 300_000
      while (site.clock.now() < end || due.length > 0) {
        const now = site.clock.now()
        for (let i = due.length - 1; i >= 0; i--) {
          if (due[i]!.at > now) continue
          const [{ lease, at, takenAt, threshold }] = due.splice(i, 1) as [(typeof due)[number]]
          void lease.release()
          if (at - takenAt > threshold + 2_000) returned.push(lease.id)
        }
        if (now < end && random() < 0.7) {
          const threshold = 1_000 * (5 + Math.floor(random() * 20))
          const lease = site.take({ name: `n${Math.floor(random() * 5)}`, leakThresholdMillis: threshold })
          const fate = random()
          if (fate < 0.1) leaked.push(lease.id)
          // In time, or clearly too late: told, and taken back.
          else {
            const held = fate < 0.8 ? random() * (threshold - 1_000) : threshold + 5_000 + random() * 60_000
            due.push({ at: now + held, lease, threshold, takenAt: now })
          }
        }
        site.clock.advance(Math.floor(random() * 700))
      }
      site.wait(30)
      planted += leaked.length + returned.length
      const sorted = (ids: number[]): number[] => ids.sort((a, b) => a - b)
      assert.deepEqual(sorted(told), sorted([...leaked, ...returned]), `seed ${seed}`)
      assert.deepEqual(sorted(late), sorted(returned), `seed ${seed}`)
      const { activeAlerts } = site.detector.report()
      assert.equal(
        activeAlerts.reduce((sum, { count }) => sum + count, 0),
        leaked.length,
      )
    }
    assert(planted > 5_000, `${planted}`)
  }).timeout(120_000)
})
