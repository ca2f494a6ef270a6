import assert from 'node:assert/strict'
import { AsyncLocalStorage } from 'node:async_hooks'
import fc from 'fast-check'
import { DeadlineQueue, type Deadline } from '../src/deadline-queue.ts'
import { FakeClock, turns } from './fake-clock.ts'

class Waiting implements Deadline {
  dueAt: number = 0
  heapIndex: number = -1
  readonly #due: (waiting: this, now: number) => void

  constructor(due: (waiting: Waiting, now: number) => void = () => {}) {
    this.#due = due
  }

  due(now: number): void {
    assert.equal(this.heapIndex, -1, 'it waits no more when it is told')
    this.#due(this, now)
  }
}

type Step = ['add', number, number] | ['remove', number] | ['advance', number]

const step: fc.Arbitrary<Step> = fc.oneof(
  fc.tuple(fc.constant('add' as const), fc.nat(29), fc.integer({ min: -5, max: 100 })),
  fc.tuple(fc.constant('add' as const), fc.nat(29), fc.double({ min: 0, max: 100, noNaN: true })),
  fc.tuple(fc.constant('remove' as const), fc.nat(29)),
  fc.tuple(fc.constant('advance' as const), fc.integer({ min: 0, max: 40 })),
)

describe('the queue of deadlines', () => {
  it('tells what is due when it is due, in order, as a sorted list would', async () => {
    await fc.assert(
      fc.asyncProperty(fc.array(step, { maxLength: 60 }), async steps => {
        const clock = new FakeClock()
        const queue = new DeadlineQueue(clock)
        let naive: { waiting: Waiting; at: number; added: number }[] = []
        const told: Waiting[] = []
        const all = Array.from({ length: 30 }, () => {
          return new Waiting((waiting, now) => {
            assert.ok(waiting.dueAt <= now, 'never early')
            const earlier = naive.filter(entry => entry.at < waiting.dueAt)
            assert.deepEqual(earlier, [], 'none before one that is due earlier')
            naive = naive.filter(entry => entry.waiting !== waiting)
            told.push(waiting)
          })
        })
        for (const [what, n, after] of steps) {
          if (what === 'advance') {
            await clock.advance(n)
            // Of what was due before it was added, the next timer is the first that can tell.
            const late = naive.filter(({ at, added }) => Math.ceil(Math.max(at, added)) <= clock.now() - 2)
            assert.deepEqual(late, [], 'never late by more than a whole millisecond')
          } else if (what === 'remove') {
            queue.remove(all[n]!)
            naive = naive.filter(({ waiting }) => waiting !== all[n])
          } else if (all[n]!.heapIndex === -1) {
            queue.add(all[n]!, clock.now() + after)
            naive.push({ waiting: all[n]!, at: clock.now() + after, added: clock.now() })
          }
          assert.equal(queue.size, naive.length)
          await turns(1)
          assert.equal(clock.pending, naive.length === 0 ? 0 : 1, 'one timer, and none when nothing waits')
        }
        await clock.advance(200)
        assert.equal(queue.size, 0)
        assert.equal(clock.pending, 0)
        assert.deepEqual(naive, [])
      }),
    )
  })

  it('has one timer for ten thousand, armed anew only for an earlier one', async () => {
    const clock = new FakeClock()
    const armed: number[] = []
    const { setTimeout } = clock
    clock.setTimeout = (fn, millis) => {
      armed.push(millis)
      return setTimeout.call(clock, fn, millis)
    }
    const queue = new DeadlineQueue(clock)
    for (let i = 0; i < 10_000; i++) queue.add(new Waiting(), 1_000 + i)
    await turns(1)
    assert.deepEqual(armed, [1_000])
    queue.add(new Waiting(), 10.5)
    await turns(1)
    assert.deepEqual(armed, [1_000, 11])
    assert.equal(clock.pending, 1)
  })

  it('has no timer for what is over in the same turn of the loop', async () => {
    const clock = new FakeClock()
    const queue = new DeadlineQueue(clock)
    let timers = 0
    clock.setTimeout = () => ({ at: timers++, fn: () => {} })
    for (let i = 0; i < 100; i++) {
      const waiting = new Waiting()
      queue.add(waiting, 1_000)
      await Promise.resolve()
      queue.remove(waiting)
    }
    await turns(1)
    assert.equal(timers, 0)
  })

  it('lets what is told wait again, and remove others', async () => {
    const clock = new FakeClock()
    const queue = new DeadlineQueue(clock)
    const times: number[] = []
    const other = new Waiting(() => assert.fail('it was removed'))
    const again = new Waiting((waiting, now) => {
      times.push(now)
      queue.remove(other)
      if (times.length < 3) queue.add(waiting, now + 10)
    })
    queue.add(again, 10)
    queue.add(other, 10)
    await clock.advance(100)
    assert.deepEqual(times, [10, 20, 30])
    assert.equal(clock.pending, 0)
  })

  it('tells outside of the request that happened to arm the timer', async () => {
    const clock = new FakeClock()
    const queue = new DeadlineQueue(clock)
    const storage = new AsyncLocalStorage<string>()
    let seen: string | undefined = 'not told'
    storage.run('request', () => queue.add(new Waiting(() => (seen = storage.getStore())), 10))
    await storage.run('another', () => clock.advance(10))
    assert.equal(seen, undefined)
  })
})
