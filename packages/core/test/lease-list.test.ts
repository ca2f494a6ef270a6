import assert from 'node:assert/strict'
import fc from 'fast-check'
import { DefaultThreshold } from '../src/default-threshold.ts'
import { LeaseList } from '../src/lease-list.ts'
import { LeaseRecord } from '../src/lease-record.ts'

describe('the list of live leases', () => {
  it('knows the overdue ones and the oldest, as a plain array would', () => {
    const step = fc.oneof(
      fc.constant('add' as const),
      fc.record({ remove: fc.nat(30) }),
      fc.record({ sweep: fc.nat(40), budget: fc.integer({ min: 1, max: 5 }) }),
      fc.record({ threshold: fc.constantFrom(undefined, 20, 90, Infinity) }),
    )
    fc.assert(
      fc.property(fc.array(step, { maxLength: 80 }), steps => {
        const threshold = new DefaultThreshold()
        const list = new LeaseList(50, threshold)
        let now = 0
        let plain: LeaseRecord[] = []
        for (const [i, s] of steps.entries()) {
          now += 7
          if (s === 'add') {
            const record = new LeaseRecord(i, undefined as never, 1, () => {}, now)
            list.add(record)
            plain.push(record)
          } else if ('threshold' in s) threshold.watchedMillis = s.threshold
          else if ('remove' in s) {
            const record = plain[s.remove]
            if (record === undefined) continue
            list.remove(record)
            plain = plain.filter(other => other !== record)
          } else {
            now += s.sweep
            while (list.sweep(now, s.budget) === 0);
            const millis = threshold.watchedMillis ?? 50
            assert.equal(list.overdue, plain.filter(record => now - record.time >= millis).length)
          }
          assert.equal(list.oldest, plain[0])
          assert.equal(list.newest, plain.at(-1))
          assert.equal(list.isEmpty, plain.length === 0)
        }
      }),
    )
  })
})
