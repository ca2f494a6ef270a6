import assert from 'node:assert/strict'
import { AsyncLocalStorage } from 'node:async_hooks'
import fc from 'fast-check'
import { ResourceRegistry, type Lease } from '../src/index.ts'
import { DeadlineQueue, type Deadline } from '../src/deadline-queue.ts'
import { LeaseList } from '../src/lease-list.ts'
import { LeaseRecord } from '../src/lease-record.ts'
import { retryDelayMillis } from '../src/retry-delay.ts'
import { SampleCountdown } from '../src/sample-countdown.ts'
import { VERSION } from '../src/version.ts'
import { FakeClock, turns } from './fake-clock.ts'
import manifest from '../package.json' with { type: 'json' }

describe('the deadline queue', () => {
  it('fires what a sorted list would, when it would, and has one timer only while something waits', async () => {
    const step = fc.oneof(
      fc.record({ add: fc.nat(50) }),
      fc.record({ remove: fc.nat(20) }),
      fc.record({ advance: fc.nat(30) }),
    )
    await fc.assert(
      fc.asyncProperty(fc.array(step, { maxLength: 60 }), async steps => {
        const clock = new FakeClock()
        const queue = new DeadlineQueue(clock)
        const fired: number[] = []
        const all: { deadline: Deadline; at: number; isOver: boolean }[] = []
        for (const s of steps) {
          if ('add' in s) {
            const n = all.length
            const entry = { at: clock.now() + s.add, isOver: false, deadline: undefined as never as Deadline }
            entry.deadline = { dueAt: 0, heapIndex: -1, due: () => fired.push(n) }
            all.push(entry)
            queue.add(entry.deadline, entry.at)
          } else if ('remove' in s) {
            const entry = all[s.remove]
            if (entry === undefined) continue
            queue.remove(entry.deadline)
            entry.isOver = true
          } else {
            const before = fired.length
            await clock.advance(s.advance)
            const due = all
              .filter(entry => !entry.isOver && entry.at <= clock.now())
              .sort((a, b) => a.at - b.at)
            for (const entry of due) entry.isOver = true
            // What is added for now fires with the next timer, a millisecond later.
            const now = fired.slice(before)
            assert.ok(now.every(n => all[n]!.at <= clock.now()))
            for (const entry of all) {
              if (entry.at < clock.now() && !entry.isOver) assert.fail('a deadline was missed')
            }
            const times = now.map(n => all[n]!.at)
            assert.deepEqual(
              times,
              times.toSorted((a, b) => a - b),
              'in order',
            )
          }
          assert.equal(clock.pending, queue.size === 0 ? 0 : 1)
        }
        await clock.advance(200)
        assert.equal(queue.size, 0)
        assert.equal(clock.pending, 0)
        assert.equal(new Set(fired).size, fired.length, 'each once')
      }),
    )
  })
})

describe('the list of live leases', () => {
  it('knows the overdue ones and the oldest, as a plain array would', () => {
    const step = fc.oneof(
      fc.constant('add' as const),
      fc.record({ remove: fc.nat(30) }),
      fc.record({ sweep: fc.nat(40), budget: fc.integer({ min: 1, max: 5 }) }),
    )
    fc.assert(
      fc.property(fc.array(step, { maxLength: 80 }), steps => {
        const list = new LeaseList(50)
        let now = 0
        let plain: LeaseRecord[] = []
        for (const [i, s] of steps.entries()) {
          now += 7
          if (s === 'add') {
            const record = new LeaseRecord(i, undefined as never, 1, () => {}, now)
            list.add(record)
            plain.push(record)
          } else if ('remove' in s) {
            const record = plain[s.remove]
            if (record === undefined) continue
            list.remove(record)
            plain = plain.filter(other => other !== record)
          } else {
            now += s.sweep
            while (list.sweep(now, s.budget) === 0);
            assert.equal(list.overdue, plain.filter(record => now - record.time >= 50).length)
          }
          assert.equal(list.oldest, plain[0])
          assert.equal(list.newest, plain.at(-1))
          assert.equal(list.isEmpty, plain.length === 0)
        }
      }),
    )
  })
})

describe('background cleanups', () => {
  const background = (registry: ResourceRegistry, cleanup: () => unknown): Lease<number> =>
    registry.track(1, { kind: 'k', name: 'n', strategy: 'background', cleanup })

  it('run in their order, so many at once', async () => {
    const registry = new ResourceRegistry({ backgroundConcurrency: 3 })
    const order: number[] = []
    let running = 0
    let most = 0
    for (let i = 0; i < 50; i++) {
      const cleanup = async (): Promise<void> => {
        order.push(i)
        most = Math.max(most, ++running)
        await turns(1)
        running--
      }
      await background(registry, cleanup).release()
    }
    assert.equal(order.length, 0, 'not before the releaser goes on')
    await registry.drain()
    assert.deepEqual(
      order,
      Array.from({ length: 50 }, (_, i) => i),
    )
    assert.equal(most, 3)
  })

  it('that end at once do not deepen the stack, nor hold the loop', async () => {
    const registry = new ResourceRegistry()
    let deepest = 0
    const cleanup = (): void => {
      const { stack = '' } = new Error()
      deepest = Math.max(deepest, stack.split('\n').length)
    }
    const limit = Error.stackTraceLimit
    Error.stackTraceLimit = 200
    for (let i = 0; i < 10_000; i++) void background(registry, cleanup).release()
    let taken = 0
    while (registry.stats().releasing > 0) {
      await turns(1)
      taken++
    }
    Error.stackTraceLimit = limit
    assert.ok(deepest < 40, `${deepest} frames`)
    assert.ok(taken >= 10_000 / 256, `${taken} turns`)
    assert.equal(registry.stats().outcomes.success, 10_000)
  })

  it('do not see the request that asked for them', async () => {
    const registry = new ResourceRegistry()
    const request = new AsyncLocalStorage<string>()
    const seen: unknown[] = []
    request.run('a request', () => void background(registry, () => seen.push(request.getStore())).release())
    await registry.drain()
    assert.deepEqual(seen, [undefined])
  })

  it('forced by a drain while they wait are not started', async () => {
    const clock = new FakeClock()
    const registry = new ResourceRegistry({ clock, backgroundConcurrency: 1 })
    let started = 0
    const options = { kind: 'k', name: 'n', strategy: 'background', force: () => {} } as const
    const hang = (): Promise<void> => {
      started++
      return new Promise(() => {})
    }
    for (let i = 0; i < 3; i++) void registry.track(1, { ...options, cleanup: hang }).release()
    const draining = registry.drain({ timeoutMillis: 100, force: true })
    await clock.advance(100)
    assert.equal((await draining).outcomes.forced, 3)
    await clock.advance(10_000)
    assert.equal(started, 1)
  })
})

describe('samples', () => {
  it('are one in N on average, each for 1, none for false', () => {
    const countdown = new SampleCountdown()
    const taken = (every: number | false, of: number): number => {
      countdown.set(every)
      return Array.from({ length: of }, () => countdown.take()).filter(Boolean).length
    }
    assert.equal(taken(false, 10_000), 0)
    assert.equal(taken(1, 100), 100)
    const share = taken(16, 160_000)
    assert.ok(share > 9_000 && share < 11_000, `${share}`)
  })
})

describe('acquiring stacks', () => {
  const registry = new ResourceRegistry({ sampling: { stacks: 1 } })
  function takenHere(): string | undefined {
    const lease = registry.track(1, { kind: 'k', name: 'n', cleanup: () => {} })
    const { stack } = registry.leases({ limit: 1_000 }).at(-1)!
    void lease.release()
    return stack
  }

  it('begin with the program’s own frame', () => {
    assert.match(takenHere()!.split('\n')[0]!, /takenHere .*internals\.test\.ts/)
  })

  it('are kept once', () => {
    const stacks = Array.from({ length: 3 }, () => takenHere())
    assert.equal(new Set(stacks).size, 1)
  })

  it('do not depend on how the program formats stacks', () => {
    const { prepareStackTrace, stackTraceLimit } = Error
    try {
      Error.stackTraceLimit = 0
      assert.match(takenHere()!, /takenHere/)
      assert.equal(Error.stackTraceLimit, 0)
      Error.prepareStackTrace = () => ({ not: 'text' })
      assert.equal(takenHere(), undefined)
      Error.prepareStackTrace = () => {
        throw new Error('broken')
      }
      assert.equal(takenHere(), undefined)
    } finally {
      Error.stackTraceLimit = stackTraceLimit
      Object.assign(Error, { prepareStackTrace })
    }
  })
})

describe('what is held', () => {
  it('is shown by kind and name, oldest first, no more than asked for', () => {
    const clock = new FakeClock()
    const registry = new ResourceRegistry({ clock })
    const held = ['a', 'b', 'a', 'c'].map((name, i) =>
      registry.track(i, {
        kind: i === 3 ? 'other' : 'k',
        name,
        cleanup: () => {},
        leakThresholdMillis: 10 + i,
      }),
    )
    const ids = (...filter: Parameters<ResourceRegistry['leases']>): number[] =>
      registry.leases(...filter).map(lease => lease.id)
    assert.deepEqual(
      ids(),
      held.map(lease => lease.id),
    )
    assert.deepEqual(ids({ name: 'a' }), [1, 3])
    assert.deepEqual(ids({ kind: 'other' }), [4])
    assert.deepEqual(ids({ limit: 2 }), [1, 2])
  })

  it('is counted whatever the number of thresholds', async () => {
    const clock = new FakeClock()
    const registry = new ResourceRegistry({ clock })
    const take = (leakThresholdMillis: number): Lease<number> =>
      registry.track(1, { kind: 'k', name: 'n', cleanup: () => {}, leakThresholdMillis })
    for (let i = 1; i <= 50; i++) await take(i).release()
    const held = Array.from({ length: 50 }, (_, i) => take(i + 1))
    await clock.advance(20)
    assert.equal(registry.stats().overdue, 20)
    for (const lease of held) await lease.release()
    assert.equal(registry.stats().overdue, 0)
    assert.equal(registry.stats().live, 0)
  })

  it('quarantines more than are kept for a report, and counts them all', async () => {
    const clock = new FakeClock()
    const registry = new ResourceRegistry({ clock, cleanupTimeoutMillis: 10, cleanupGraceMillis: 10 })
    const settle: (() => void)[] = []
    const cleanup = (): Promise<void> => new Promise(resolve => settle.push(resolve))
    for (let i = 0; i < 1_500; i++) void registry.track(i, { kind: 'k', name: 'n', cleanup }).release()
    await clock.advance(20)
    assert.equal(registry.stats().quarantined, 1_500)
    const draining = registry.drain({ timeoutMillis: 100 })
    await clock.advance(100)
    assert.equal((await draining).clean, false)
    for (const each of settle) each()
    await turns()
    assert.deepEqual([registry.stats().quarantined, registry.stats().lateSettled], [0, 1_500])
  })
})

describe('numbers that must agree', () => {
  it('the version, and the package’s', () => assert.equal(VERSION, manifest.version))
  it('the back-off: full jitter, doubling, at most a second', () => {
    const most = [1, 2, 3, 4, 5, 6, 20].map(attempt => retryDelayMillis(attempt, () => 1))
    assert.deepEqual(most, [50, 100, 200, 400, 800, 1_000, 1_000])
    assert.equal(
      retryDelayMillis(3, () => 0),
      0,
    )
  })
})
