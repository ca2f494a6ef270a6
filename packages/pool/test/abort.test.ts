import assert from 'node:assert/strict'
import { throwingProxy } from '../../core/test/throwing-proxy.ts'
import { never, stateOf, turns, Workshop } from './workshop.ts'

describe('an acquire under a signal', () => {
  let shop: Workshop
  beforeEach(() => {
    shop = new Workshop()
  })

  it('rejects with the signal’s reason, whatever that is', async () => {
    for (const reason of [new Error('enough'), 'enough', 0, null, throwingProxy()]) {
      const pool = shop.pool({ max: 1 })
      const held = await pool.acquire()
      const controller = new AbortController()
      const waiting = pool.acquire({ signal: controller.signal })
      controller.abort(reason)
      await waiting.then(
        () => assert.fail(),
        (error: unknown) => assert(Object.is(error, reason ?? controller.signal.reason)),
      )
      assert.equal(pool.status().waiting, 0)
      await held.release()
    }
  })

  it('rejects at once when it is aborted already, and takes nothing', async () => {
    const pool = shop.pool({ max: 1 })
    const signal = AbortSignal.abort()
    await assert.rejects(pool.acquire({ signal }), { name: 'AbortError' })
    assert.equal(shop.created, 0)
  })

  it('loses no slot when it is aborted while waiting', async () => {
    const pool = shop.pool({ max: 1 })
    const held = await pool.acquire()
    const controller = new AbortController()
    const first = pool.acquire({ signal: controller.signal })
    const second = pool.acquire()
    controller.abort()
    await assert.rejects(first)
    await held.release()
    await (await second).release()
    assert.equal(pool.status().idle, 1)
  })

  it('loses no slot when it is aborted while its create is under way', async () => {
    const pool = shop.pool({ max: 1 })
    let finish = (): void => {}
    shop.create = () => new Promise(resolve => (finish = () => resolve(shop.make())))
    const controller = new AbortController()
    const first = pool.acquire({ signal: controller.signal })
    const second = pool.acquire()
    controller.abort()
    await assert.rejects(first)
    finish()
    assert.equal((await second).value.id, 1)
  })

  it('loses no slot when it is aborted while a resource is being validated for it', async () => {
    let answer: (isValid: boolean) => void = () => {}
    const validate = (): Promise<boolean> => new Promise(resolve => (answer = resolve))
    const pool = shop.pool({ max: 1, testOnBorrow: true }, { validate })
    await (await pool.acquire()).release()
    const controller = new AbortController()
    const first = pool.acquire({ signal: controller.signal })
    const second = pool.acquire()
    await turns()
    controller.abort()
    await assert.rejects(first)
    answer(true)
    await turns()
    answer(true)
    assert.equal((await second).value.id, 1)
  })

  it('keeps its resource: an abort afterwards changes nothing', async () => {
    const pool = shop.pool({ max: 1 })
    const controller = new AbortController()
    const lease = await pool.acquire({ signal: controller.signal })
    controller.abort()
    await turns()
    assert.equal(lease.state, 'live')
  })

  it('makes one listener a signal, for 1,000 acquires, and none that stays', async () => {
    const warnings: Error[] = []
    const onWarning = (warning: Error): void => void warnings.push(warning)
    process.on('warning', onWarning)
    try {
      const pool = shop.pool({ max: 1 })
      const held = await pool.acquire()
      const { signal } = new AbortController()
      let listeners = 0
      const { addEventListener, removeEventListener } = signal
      signal.addEventListener = (...args: unknown[]) => {
        listeners++
        Reflect.apply(addEventListener, signal, args)
      }
      signal.removeEventListener = (...args: unknown[]) => {
        listeners--
        Reflect.apply(removeEventListener, signal, args)
      }
      const all = Array.from({ length: 1_000 }, async () => (await pool.acquire({ signal })).release())
      await turns()
      assert.equal(listeners, 1)
      await held.release()
      await Promise.all(all)
      await turns()
      assert.equal(listeners, 0)
      assert.deepEqual(
        warnings.filter(({ name }) => name === 'MaxListenersExceededWarning'),
        [],
      )
    } finally {
      process.off('warning', onWarning)
    }
  })

  it('rejects 1,000 waiters of one signal, and serves the others in their order', async () => {
    const pool = shop.pool({ max: 1 })
    const held = await pool.acquire()
    const controller = new AbortController()
    const served: number[] = []
    const aborted: number[] = []
    for (let i = 0; i < 2_000; i++) {
      const options = i % 2 === 0 ? { signal: controller.signal } : {}
      pool.acquire(options).then(
        async lease => {
          served.push(i)
          await lease.release()
        },
        () => aborted.push(i),
      )
    }
    controller.abort()
    await held.release()
    await turns()
    assert.equal(aborted.length, 1_000)
    assert.deepEqual(
      served,
      Array.from({ length: 1_000 }, (_, i) => 2 * i + 1),
    )
  })

  it('survives a signal that throws when it is listened to', async () => {
    const pool = shop.pool({ max: 1 })
    const held = await pool.acquire()
    const signal = Object.assign(new EventTarget(), { aborted: false }) as unknown as AbortSignal
    signal.addEventListener = () => {
      throw new Error('no listeners')
    }
    await assert.rejects(pool.acquire({ signal }), { message: 'no listeners' })
    assert.equal(await stateOf(held.release()), 'fulfilled')
    assert.deepEqual([pool.status().idle, pool.status().waiting], [1, 0])
  })

  it('is heard when it comes while the acquire is being begun', async () => {
    const controller = new AbortController()
    const pool = shop.pool({ max: 1 })
    shop.create = () => {
      controller.abort(new Error('changed my mind'))
      return never()
    }
    await assert.rejects(pool.acquire({ signal: controller.signal }), { message: 'changed my mind' })
    assert.equal(pool.status().waiting, 0)
  })

  it('of a signal that throws when listened to is that acquire’s error, each time', async () => {
    const pool = shop.pool({ max: 1 })
    await pool.acquire()
    const signal = foreignSignal({
      addEventListener: () => {
        throw new Error('deaf')
      },
    })
    for (let i = 0; i < 2; i++) await assert.rejects(pool.acquire({ signal }), { message: 'deaf' })
    assert.equal(pool.status().waiting, 0)
  })

  it('of a signal that throws when listened to no more is nobody’s error', async () => {
    const pool = shop.pool({ max: 1 })
    const held = await pool.acquire()
    const signal = foreignSignal({
      removeEventListener: () => {
        throw new Error('clingy')
      },
    })
    const waiting = pool.acquire({ signal })
    await held.release()
    assert.equal((await waiting).value.id, 1)
    shop.check()
  })

  it('by the destroy of what was not good enough for it takes no resource with it', async () => {
    const controller = new AbortController()
    const pool = shop.pool({ max: 1, testOnBorrow: true }, { validate: () => Promise.resolve(false) })
    await (await pool.acquire()).release()
    shop.destroy = thing => {
      controller.abort(new Error('changed my mind'))
      shop.unmake(thing)
    }
    await assert.rejects(pool.acquire({ signal: controller.signal }), { message: 'changed my mind' })
    await turns()
    assert.deepEqual([pool.status().borrowed, pool.status().waiting], [0, 0])
    assert.equal((await pool.acquire()).value.id, 2)
  })

  function foreignSignal(own: Partial<AbortSignal>): AbortSignal {
    const signal = { aborted: false, addEventListener: () => {}, removeEventListener: () => {}, ...own }
    return signal as unknown as AbortSignal
  }
})
