import assert from 'node:assert/strict'
import { ROOT_CONTEXT } from '@opentelemetry/api'
import fc from 'fast-check'
import { Creation } from '../../src/creation.ts'
import { WaitQueue } from '../../src/wait-queue.ts'
import { Waiter } from '../../src/waiter.ts'

const owner = { timedOut: () => {}, aborted: () => {} }

type Step = 'come' | 'shift' | 'leave' | 'again' | 'create' | 'created' | 'pass'
const step: fc.Arbitrary<{ readonly what: Step; readonly which: number; readonly priority: number }> =
  fc.record({
    what: fc.constantFrom<Step>(
      'come',
      'come',
      'come',
      'shift',
      'leave',
      'again',
      'create',
      'created',
      'pass',
    ),
    which: fc.nat(1_000),
    priority: fc.constantFrom(0, 0, 0, 2, -1),
  })

/** The rank of a waiter, worked out each time. */
function order(a: Waiter<string>, b: Waiter<string>): number {
  const rank = (waiter: Waiter<string>): number => waiter.enqueuedAt + 1_000 * waiter.priority
  return rank(a) - rank(b) || a.number - b.number
}

describe('the queue of those who wait', () => {
  it('is in the order of a list that is sorted each time, also for whom a create is to be begun', () => {
    fc.assert(
      fc.property(fc.array(step, { maxLength: 120 }), steps => {
        const queue = new WaitQueue<string>()
        let naive: Waiter<string>[] = []
        const shifted: Waiter<string>[] = []
        let now = 0
        let number = 0
        for (const { what, which, priority } of steps) {
          naive.sort(order)
          const one = naive[which % (naive.length || 1)]
          if (what === 'come') {
            const asked = { signal: undefined, timeoutMillis: Infinity, priority }
            const waiter = new Waiter<string>(owner, ++number, now, asked, false, undefined)
            queue.add(waiter)
            naive.push(waiter)
          } else if (what === 'shift') {
            const waiter = queue.shift()
            assert.equal(waiter, naive.shift())
            if (waiter !== undefined) shifted.push(waiter)
          } else if (what === 'leave' && one !== undefined) {
            queue.remove(one)
            naive = naive.filter(other => other !== one)
          } else if (what === 'again') {
            const waiter = shifted.pop()
            if (waiter !== undefined) {
              queue.addAgain(waiter)
              naive.push(waiter)
            }
          } else if (what === 'create') {
            const waiter = queue.nextWithoutCreation()
            assert.equal(
              waiter,
              naive.find(({ creation }) => creation === undefined),
            )
            if (waiter !== undefined) waiter.creation = new Creation(waiter, ROOT_CONTEXT, now, undefined)
          } else if (what === 'created' && one?.creation !== undefined) {
            one.creation = undefined
            queue.seekAgain(one)
          } else if (what === 'pass') now += which
          assert.equal(queue.length, naive.length)
        }
      }),
      { numRuns: 500 },
    )
  })
})
