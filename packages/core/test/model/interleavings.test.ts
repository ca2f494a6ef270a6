import assert from 'node:assert/strict'
import fc from 'fast-check'
import { ResourceRegistry, withScope, type CleanupStrategy, type LeaseEvent } from '../../src/index.ts'
import { OUTCOMES } from '../../src/lease.ts'
import { FakeClock, turns } from '../fake-clock.ts'

interface Plan {
  readonly strategy: CleanupStrategy
  readonly isScoped: boolean
  readonly isForced: boolean
  readonly cleanup: 'ok' | 'reject' | 'never' | 'retry'
  /** Of a scoped one: released by its owner too. */
  readonly isReleasedEarly: boolean
}

const plan: fc.Arbitrary<Plan> = fc
  .record<Plan>({
    strategy: fc.constantFrom<CleanupStrategy>('immediate', 'background', 'forced'),
    isScoped: fc.boolean(),
    isForced: fc.boolean(),
    cleanup: fc.constantFrom('ok', 'reject', 'never', 'retry'),
    isReleasedEarly: fc.boolean(),
  })
  .map(p => (p.strategy === 'forced' ? { ...p, isForced: true } : p))

/** One program: owners that take and release in an order of the scheduler's choosing, scopes, a drain, time. */
class Program {
  readonly clock: FakeClock = new FakeClock()
  readonly registry: ResourceRegistry = new ResourceRegistry({
    clock: this.clock,
    cleanupTimeoutMillis: 1_000,
    cleanupGraceMillis: 200,
    backgroundConcurrency: 2,
    backgroundQueueLimit: 3,
  })
  readonly inFlight: Map<number, number> = new Map()
  readonly outcomes: LeaseEvent[] = []
  readonly #scheduler: fc.Scheduler

  constructor(scheduler: fc.Scheduler) {
    this.#scheduler = scheduler
    this.registry.on('cleanup', event => this.outcomes.push(event))
  }

  options(n: number, { strategy, isForced, cleanup }: Plan): Parameters<ResourceRegistry['track']>[1] {
    return {
      kind: 'model.resource',
      name: strategy,
      strategy,
      ...(isForced ? { force: () => {} } : {}),
      ...(cleanup === 'retry' ? { retry: { idempotent: true } } : {}),
      cleanup: () => this.#clean(n, cleanup),
    }
  }

  async #clean(n: number, cleanup: Plan['cleanup']): Promise<void> {
    const running = (this.inFlight.get(n) ?? 0) + 1
    this.inFlight.set(n, running)
    assert.equal(running, 1, 'one attempt at a time')
    if (cleanup === 'never') return new Promise(() => {})
    await this.#scheduler.schedule(Promise.resolve(), `cleanup ${n}`)
    this.inFlight.set(n, 0)
    if (cleanup !== 'ok') throw new Error('broken')
  }

  async own(n: number, plan: Plan): Promise<void> {
    await this.#scheduler.schedule(Promise.resolve(), `take ${n}`)
    if (!plan.isScoped) {
      const lease = this.registry.track(n, this.options(n, plan))
      await this.#scheduler.schedule(Promise.resolve(), `release ${n}`)
      await lease.release().catch(() => {})
      return
    }
    await withScope(
      async scope => {
        const lease = scope.track(n, this.options(n, plan))
        scope.defer(() => {})
        await this.#scheduler.schedule(Promise.resolve(), `leave scope ${n}`)
        if (plan.isReleasedEarly) void lease.release()
      },
      { registry: this.registry },
    ).catch(() => {})
  }

  check(): void {
    const stats = this.registry.stats()
    for (const counts of [stats, ...stats.groups]) {
      const ended = OUTCOMES.reduce((sum, outcome) => sum + counts.outcomes[outcome], 0)
      assert.equal(counts.acquired, counts.live + counts.releasing + ended)
      for (const count of [counts.live, counts.releasing, counts.quarantined]) assert.ok(count >= 0)
    }
    const final = this.outcomes.filter(event => event.late !== true)
    assert.equal(new Set(final.map(event => event.id)).size, final.length, 'one outcome a lease')
    assert.equal(stats.doubleReleases, 0)
  }
}

describe('any interleaving of owners, scopes, a drain and time', () => {
  it('keeps the accounts at each step, and ends with nothing held', async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.scheduler(),
        fc.array(plan, { minLength: 1, maxLength: 8 }),
        fc.array(fc.constantFrom(100, 600, 1_300), { maxLength: 5 }),
        fc.boolean(),
        async (scheduler, plans, waits, force) => {
          const program = new Program(scheduler)
          const owners = plans.map((p, n) => program.own(n, p))
          const time = (async () => {
            for (const millis of waits) {
              await scheduler.schedule(Promise.resolve(), `${millis} ms`)
              await program.clock.advance(millis)
            }
          })()
          const draining = (async () => {
            await scheduler.schedule(Promise.resolve(), 'drain')
            return program.registry.drain({ timeoutMillis: 700, force })
          })()
          while (scheduler.count() > 0) {
            await scheduler.waitOne()
            await turns(1)
            program.check()
          }
          // What hangs comes to its time-out, what is retried to its last attempt.
          const all = Promise.all([...owners, draining, time])
          const ended = { all: false }
          void all.then(() => (ended.all = true))
          for (let i = 0; i < 40 && !(ended.all && program.registry.stats().releasing === 0); i++) {
            await program.clock.advance(700)
            while (scheduler.count() > 0) {
              await scheduler.waitOne()
              await turns(1)
              program.check()
            }
          }
          assert.ok(ended.all, 'every owner, scope and drain comes to its end')
          program.check()
          const { acquired, live, releasing } = program.registry.stats()
          assert.deepEqual({ live, releasing }, { live: 0, releasing: 0 })
          assert.ok(acquired >= plans.length)
        },
      ),
      { numRuns: Number(process.env.LEASEHOLD_MODEL_RUNS ?? 200) },
    )
  }).timeout(60_000)
})
