import assert from 'node:assert/strict'
import { isLeaseholdError } from '@leasehold/core'
import fc from 'fast-check'
import type { Pool, PoolLease } from '../../src/index.ts'
import { Workshop, type Thing } from '../workshop.ts'

type Step =
  | {
      readonly do: 'acquire'
      readonly priority: number
      readonly timeoutMillis: number
      readonly cancel: boolean
    }
  | { readonly do: 'release' | 'destroy' | 'cancel' | 'retain' }
  | { readonly do: 'resize'; readonly max: number }
  | { readonly do: 'time'; readonly millis: number }
  | { readonly do: 'drain'; readonly force: boolean }

const step: fc.Arbitrary<Step> = fc.oneof(
  {
    weight: 6,
    arbitrary: fc.record({
      do: fc.constant('acquire' as const),
      priority: fc.integer({ min: -2, max: 2 }),
      timeoutMillis: fc.constantFrom(50, 1_000, Infinity),
      cancel: fc.boolean(),
    }),
  },
  {
    weight: 5,
    arbitrary: fc.record({ do: fc.constantFrom('release' as const, 'destroy', 'cancel', 'retain') }),
  },
  {
    weight: 1,
    arbitrary: fc.record({ do: fc.constant('resize' as const), max: fc.integer({ min: 1, max: 4 }) }),
  },
  {
    weight: 3,
    arbitrary: fc.record({ do: fc.constant('time' as const), millis: fc.integer({ min: 1, max: 300 }) }),
  },
)
const drain: fc.Arbitrary<Step> = fc.record({ do: fc.constant('drain' as const), force: fc.boolean() })

/** A program that does its steps while the factory's answers come in an order of the scheduler's choosing. */
class Program {
  readonly shop: Workshop = new Workshop()
  readonly pool: Pool<Thing>
  readonly #held: PoolLease<Thing>[] = []
  readonly #inUse: Set<Thing> = new Set()
  readonly #cancels: AbortController[] = []
  readonly #open: Set<Promise<void>> = new Set()
  readonly #drains: Promise<unknown>[] = []
  #max: number = 2

  constructor(s: fc.Scheduler, failures: readonly boolean[]) {
    const { shop } = this
    let calls = 0
    const answer = async <R>(what: string, result: () => R): Promise<R> => {
      const isFailure = failures[calls++ % failures.length] === true
      await s.schedule(Promise.resolve(), what)
      if (isFailure) throw new Error('as planned')
      return result()
    }
    this.pool = shop.pool(
      {
        max: this.#max,
        min: 1,
        testOnBorrow: true,
        maxUses: 3,
        breaker: { threshold: 2, halfOpenAfterMillis: 100 },
        idleTimeoutMillis: 200,
      },
      {
        create: () => answer('create', () => shop.make()),
        validate: () => answer('validate', () => true),
        reset: () => answer('reset', () => {}),
        destroy: thing => answer('destroy', () => shop.unmake(thing)),
      },
    )
  }

  async do(step: Step): Promise<void> {
    switch (step.do) {
      case 'acquire':
        this.#acquire(step)
        break
      case 'release':
        this.#end(lease => lease.release().catch(() => {}))
        break
      case 'destroy':
        this.#end(lease => lease.destroy())
        break
      case 'cancel':
        this.#cancels.shift()?.abort()
        break
      case 'retain':
        void this.pool.retain(({ id }) => id % 2 === 0).catch(() => {})
        break
      case 'resize':
        this.#max = Math.max(this.#max, step.max)
        void this.pool.resize(step.max).catch(() => {})
        break
      case 'time':
        await this.shop.clock.advance(step.millis)
        break
      case 'drain':
        this.#drains.push(this.pool.drain({ timeoutMillis: 500, force: step.force }))
    }
    this.check()
  }

  check(): void {
    const { size, borrowed } = this.pool.status()
    assert(size <= this.#max)
    assert(borrowed >= this.#held.filter(lease => lease.state === 'live').length)
  }

  /** Everything is given back, time goes by, and nobody waits any more. */
  async end(): Promise<void> {
    while (this.#held.length > 0) this.#end(lease => lease.release().catch(() => {}))
    for (let i = 0; this.#open.size > 0 && i < 40; i++) {
      await this.shop.clock.advance(1_000)
      while (this.#held.length > 0) this.#end(lease => lease.release().catch(() => {}))
    }
    assert.equal(this.#open.size, 0, `nobody waits for ever: ${JSON.stringify(this.pool.status())}`)
    const drained = this.pool.drain({ timeoutMillis: 100, force: true })
    await this.shop.clock.advance(20_000)
    await drained
    await Promise.all(this.#drains)
    this.shop.check()
    assert.equal(this.pool.status().size, 0)
    // What a destroy refused to end is still there; all else is gone.
    const { failure, timeout } = this.shop.registry
      .stats()
      .groups.find(({ kind }) => kind === 'pool.resource')?.outcomes ?? { failure: 0, timeout: 0 }
    assert.equal(this.shop.alive.size, failure + timeout)
    assert.equal(this.shop.created, this.shop.destroyed + this.shop.alive.size)
    assert.equal(this.shop.clock.pending, 0)
  }

  #acquire({ priority, timeoutMillis, cancel }: Step & { do: 'acquire' }): void {
    const controller = new AbortController()
    if (cancel) this.#cancels.push(controller)
    const signal = cancel ? { signal: controller.signal } : {}
    const taken: Promise<void> = this.pool.acquire({ priority, timeoutMillis, ...signal }).then(
      lease => {
        assert(!this.#inUse.has(lease.value), 'nobody else has it')
        this.#inUse.add(lease.value)
        this.#held.push(lease)
        this.#open.delete(taken)
      },
      (error: Error) => {
        const isPlanned = error.message === 'as planned' || error.name === 'AbortError'
        assert(isPlanned || isLeaseholdError(error), String(error))
        this.#open.delete(taken)
      },
    )
    this.#open.add(taken)
  }

  #end(how: (lease: PoolLease<Thing>) => Promise<void>): void {
    const lease = this.#held.shift()
    if (lease === undefined) return
    if (lease.state === 'live') this.#inUse.delete(lease.value)
    void how(lease)
  }
}

describe('every interleaving of a pool', () => {
  it('ends each acquire in a lease or an error, and the accounts add up', async function () {
    this.timeout(120_000)
    await fc.assert(
      fc.asyncProperty(
        fc.scheduler(),
        fc.array(fc.boolean(), { minLength: 1, maxLength: 8 }),
        fc.array(step, { minLength: 1, maxLength: 30 }),
        fc.option(drain),
        async (s, failures, steps, last) => {
          const program = new Program(s, failures)
          const all = last === null ? steps : [...steps, last]
          for (const next of all) {
            s.schedule(Promise.resolve(), next.do).catch(() => {})
            if (s.count() > 0) await s.waitOne()
            await program.do(next)
          }
          const ended = program.end()
          const progress = { isOver: false }
          const over = (): void => void (progress.isOver = true)
          ended.then(over, over)
          while (!progress.isOver) {
            if (s.count() > 0) await s.waitOne()
            else await new Promise(resolve => setImmediate(resolve))
          }
          await ended
        },
      ),
      { numRuns: 1_000 },
    )
  })
})
