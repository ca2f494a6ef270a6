import assert from 'node:assert/strict'
import { isLeaseholdError } from '@leasehold/core'
import fc from 'fast-check'
import type { BreakerOptions, Pool, PoolEventType, PoolLease } from '../../src/index.ts'
import { POOL_EVENTS } from '../../src/pool-events.ts'
import { never, Workshop, type Thing } from '../workshop.ts'

/** `resize` goes no further: shrinking may leave more than its own `max` for a moment, never more than this. */
const MAX = 3
const MOST_ACTS = 150
const DEEPEST = 3

const anyOf = <R>(of: readonly R[]): fc.Arbitrary<R> => fc.constantFrom(...of)

/** A program that does something with the pool wherever the pool calls it, and whose factory goes all ways. */
class Program {
  readonly shop: Workshop = new Workshop()
  readonly pool: Pool<Thing>
  readonly #g: fc.GeneratorValue
  readonly #held: PoolLease<Thing>[] = []
  readonly #cancels: AbortController[] = []
  readonly #open: Set<Promise<void>> = new Set()
  readonly #wrong: string[] = []
  #acts: number = 0
  #depth: number = 0
  #isOver: boolean = false

  constructor(g: fc.GeneratorValue) {
    this.#g = g
    const { shop } = this
    const step = <R>(result: () => R): R | Promise<R> => this.#step(result)
    const timeouts = {
      createTimeoutMillis: 100,
      validateTimeoutMillis: 100,
      resetTimeoutMillis: 100,
      destroyTimeoutMillis: 100,
    }
    this.pool = shop.pool(
      {
        max: MAX,
        min: this.#any(0, 1),
        testOnBorrow: this.#any(true, true, false),
        testOnReturn: this.#any(true, false),
        maxUses: this.#any(2, Infinity),
        idleTimeoutMillis: this.#any<number | false>(200, false),
        breaker: this.#any<false | BreakerOptions>(false, { threshold: 2, halfOpenAfterMillis: 100 }),
        ...timeouts,
      },
      {
        create: () => step(() => shop.make()),
        validate: () => step(() => true),
        reset: () => step(() => {}),
        destroy: thing => step(() => shop.unmake(thing)),
      },
    )
    for (const event of POOL_EVENTS) if (this.#any(true, false)) this.#listen(event)
  }

  #any<R>(...of: readonly R[]): R {
    return this.#g(anyOf<R>, of)
  }

  #listen(event: PoolEventType): void {
    this.pool.on(event, () => {
      if (this.#any(true, false)) this.act()
    })
  }

  #step<R>(result: () => R): R | Promise<R> {
    if (this.#any(true, false)) this.act()
    if (this.#isOver) return result()
    switch (this.#any('at once', 'at once', 'soon', 'soon', 'throws', 'rejects', 'slow', 'never')) {
      case 'at once':
        return result()
      case 'soon':
        return Promise.resolve().then(result)
      case 'throws':
        throw new Error('as planned')
      case 'rejects':
        return Promise.reject(new Error('as planned'))
      case 'slow':
        return new Promise(resolve => void this.shop.clock.setTimeout(() => resolve(result()), 30))
      default:
        return never()
    }
  }

  /** Something, unless there has been enough of it. */
  act(): void {
    if (this.#isOver || this.#depth === DEEPEST || this.#acts++ === MOST_ACTS) return
    this.#depth++
    switch (
      this.#any(
        'acquire',
        'acquire',
        'acquire',
        'end',
        'end',
        'end',
        'cancel',
        'cancel',
        'resize',
        'retain',
        'warm',
      )
    ) {
      case 'acquire':
        this.#acquire()
        break
      case 'end':
        this.#end()
        break
      case 'cancel':
        this.#cancels.splice(this.#any(0, 1, 2), 1)[0]?.abort()
        break
      case 'resize':
        void this.pool.resize(this.#any(1, 2, 3)).catch(() => {})
        break
      case 'retain':
        void this.pool.retain(() => this.#any(true, false)).catch(() => {})
        break
      case 'warm':
        void this.pool.warmUp().catch(() => {})
    }
    this.#depth--
    this.#check()
  }

  /** Kept, as a throw may be taken for a factory's or a listener's. */
  #check(): void {
    const { size, idle, borrowed, validating, resetting, creating, destroying } = this.pool.status()
    const each = [idle, borrowed, validating, resetting, creating, destroying]
    const sum = each.reduce((total, count) => total + count)
    const isRight = size === sum && size <= MAX && each.every(count => count >= 0)
    if (!isRight) this.#wrong.push(JSON.stringify(this.pool.status()))
  }

  #acquire(): void {
    const controller = new AbortController()
    this.#cancels.push(controller)
    if (this.#cancels.length > 3) this.#cancels.shift()
    const options = {
      signal: controller.signal,
      timeoutMillis: this.#any(30, 2_000),
      priority: this.#any(0, 1),
    }
    const over = this.pool.acquire(options).then(
      lease => {
        if (this.#held.some(other => other.value === lease.value)) this.#wrong.push('handed out twice')
        this.#held.push(lease)
      },
      (error: Error) => {
        const isPlanned = error.message === 'as planned' || error.name === 'AbortError'
        assert(isPlanned || isLeaseholdError(error), String(error))
      },
    )
    this.#open.add(over)
    void over.finally(() => this.#open.delete(over)).catch(() => {})
  }

  #end(): void {
    const lease = this.#held.shift()
    void (this.#any(true, false) ? lease?.release() : lease?.destroy())?.catch(() => {})
  }

  /** Everybody gives back what they have, and the factory is well again. */
  async end(): Promise<void> {
    this.#isOver = true
    const open = [...this.#open]
    for (let i = 0; i < 40; i++) {
      while (this.#held.length > 0) this.#end()
      await this.shop.clock.advance(100)
      this.#check()
    }
    await Promise.all(open)
    assert.equal(this.#open.size, 0, 'an acquire has not ended')
    const lease = await this.pool.acquire()
    await lease.release()
    const { remaining, forced } = await this.pool.drain()
    await this.shop.clock.advance(1_000)
    assert.deepEqual([remaining, forced, this.shop.clock.pending], [0, 0, 0])
    assert.deepEqual(this.#wrong, [])
    this.shop.check()
  }
}

describe('a pool that is called by all that it calls', () => {
  it('loses nobody and nothing, and hands nothing out twice', async () => {
    await fc.assert(
      fc.asyncProperty(fc.gen(), async g => {
        const program = new Program(g)
        for (let i = 0; i < 40; i++) {
          program.act()
          if (i % 2 === 0) await program.shop.clock.advance(g(anyOf<number>, [0, 1, 20, 60]))
        }
        await program.end()
      }),
      { numRuns: 400 },
    )
  })
})
