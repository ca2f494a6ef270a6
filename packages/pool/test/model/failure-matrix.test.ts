import assert from 'node:assert/strict'
import { isLeaseholdError } from '@leasehold/core'
import { never, turns, Workshop, type Thing } from '../workshop.ts'

const WAYS = ['ok', 'error', 'slow', 'never'] as const
type Way = (typeof WAYS)[number]

/** When the second of three acquires is cancelled, if at all. */
const CANCELS = ['not', 'at once', 'during create', 'while waiting'] as const
type Cancel = (typeof CANCELS)[number]

const SLOW_MILLIS = 30
const TIMEOUT_MILLIS = 100
const ACQUIRE_MILLIS = 250
const MAX = 2

interface Case {
  readonly create: Way
  readonly validate: Way
  readonly reset: Way
  readonly destroy: Way
  readonly cancel: Cancel
}

/** One pool whose factory goes all of a case's ways, until it is healed. */
class Trial {
  readonly shop: Workshop = new Workshop()
  readonly pool: ReturnType<Workshop['pool']>
  isHealed: boolean = false

  constructor(way: Case) {
    const { shop } = this
    const go = <R>(step: Way, result: () => R): R | Promise<R> => this.#go(step, result)
    this.pool = shop.pool(
      {
        max: MAX,
        testOnBorrow: true,
        testOnReturn: true,
        breaker: false,
        acquireTimeoutMillis: ACQUIRE_MILLIS,
        createTimeoutMillis: TIMEOUT_MILLIS,
        validateTimeoutMillis: TIMEOUT_MILLIS,
        resetTimeoutMillis: TIMEOUT_MILLIS,
        destroyTimeoutMillis: TIMEOUT_MILLIS,
      },
      {
        create: () => go(way.create, () => shop.make()),
        validate: () => go(way.validate, () => true),
        reset: () => go(way.reset, () => {}),
        destroy: (thing: Thing) => go(way.destroy, () => shop.unmake(thing)),
      },
    )
  }

  #go<R>(way: Way, result: () => R): R | Promise<R> {
    this.shop.check()
    if (this.isHealed || way === 'ok') return result()
    if (way === 'never') return never()
    if (way === 'error') return Promise.reject(new Error('as planned'))
    return new Promise(resolve => void this.shop.clock.setTimeout(() => resolve(result()), SLOW_MILLIS))
  }

  /** Time goes by, and at each of its moments the pool keeps its promise. */
  async advance(millis: number): Promise<void> {
    for (let i = 0; i < millis; i += 10) {
      await this.shop.clock.advance(10)
      this.shop.check()
    }
  }

  /** Acquires, holds for a moment, and gives back. Ends in a lease or a typed error, within the deadline. */
  async user(signal?: AbortSignal): Promise<void> {
    const { clock } = this.shop
    const startedAt = clock.now()
    try {
      const lease = await this.pool.acquire(signal === undefined ? {} : { signal })
      await new Promise<void>(resolve => void clock.setTimeout(resolve, 20))
      await lease.release().catch(() => {})
    } catch (error) {
      const isPlanned = (error as Error).message === 'as planned' || (error as Error).name === 'AbortError'
      assert(isPlanned || (isLeaseholdError(error) && error.code === 'ERR_POOL_TIMEOUT'), String(error))
      assert(clock.now() - startedAt <= ACQUIRE_MILLIS)
    }
  }
}

async function cancelLater(trial: Trial, cancel: Cancel, controller: AbortController): Promise<void> {
  if (cancel === 'not') return
  if (cancel === 'during create') await trial.advance(10)
  if (cancel === 'while waiting') await trial.advance(50)
  controller.abort()
}

async function run(way: Case): Promise<void> {
  const trial = new Trial(way)
  // Twice: the first round finds the pool empty, the second what the first has left.
  for (let round = 0; round < 2; round++) {
    const controller = new AbortController()
    const users = [trial.user(), trial.user(controller.signal), trial.user(), trial.user()]
    await cancelLater(trial, way.cancel, controller)
    await trial.advance(700)
    await Promise.all(users)
  }
  trial.isHealed = true
  // What hangs has its time-outs; then all is well.
  await trial.advance(400)
  const lease = await trial.pool.acquire()
  await lease.release()
  const { size, waiting, borrowed } = trial.pool.status()
  assert.deepEqual([size <= MAX, waiting, borrowed], [true, 0, 0])
  const drained = trial.pool.drain({ timeoutMillis: 1_000, force: true })
  await trial.advance(1_100)
  assert.equal((await drained).remaining, 0)
  await turns()
  trial.shop.check()
  assert.equal(trial.shop.clock.pending, 0, 'no timer is left')
}

describe('each of the 1,024 ways to fail', () => {
  for (const create of WAYS) {
    for (const validate of WAYS) {
      it(`create ${create}, validate ${validate}, and whatever reset, destroy and cancel do`, async function () {
        this.timeout(60_000)
        for (const reset of WAYS) {
          for (const destroy of WAYS) {
            for (const cancel of CANCELS) {
              const way = { create, validate, reset, destroy, cancel }
              try {
                await run(way)
              } catch (error) {
                throw new Error(`in ${JSON.stringify(way)}`, { cause: error })
              }
            }
          }
        }
      })
    }
  }
})
