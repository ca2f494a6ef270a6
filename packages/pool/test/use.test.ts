import assert from 'node:assert/strict'
import { throwingProxy } from '../../core/test/throwing-proxy.ts'
import { turns, Workshop } from './workshop.ts'

describe('use', () => {
  let shop: Workshop
  beforeEach(() => {
    shop = new Workshop()
  })

  it('gives the result, and the resource back', async () => {
    const pool = shop.pool({ max: 1 })
    assert.equal(await pool.use(async ({ id }) => id * 10), 10)
    assert.equal(await pool.use(({ id }) => id * 10), 10)
    assert.equal(pool.status().idle, 1)
  })

  for (const [how, fn] of [
    ['throws', () => assert.fail('broken')],
    ['rejects', () => Promise.reject(new Error('broken'))],
  ] as const) {
    it(`gives the resource back when the function ${how}`, async () => {
      const pool = shop.pool({ max: 1 })
      await assert.rejects(pool.use(fn), { message: 'broken' })
      assert.deepEqual([pool.status().idle, shop.destroyed], [1, 0])
    })

    it(`destroys the resource when the function ${how} and that is asked for`, async () => {
      const pool = shop.pool({ max: 1 })
      await assert.rejects(pool.use(fn, { destroyOnError: true }), { message: 'broken' })
      await turns()
      assert.deepEqual([pool.status().size, shop.destroyed], [0, 1])
    })
  }

  it('asks whether an error breaks the resource', async () => {
    const pool = shop.pool({ max: 1 })
    const destroyOnError = (error: unknown): boolean => (error as Error).message === 'fatal'
    const failing = (message: string): Promise<never> =>
      pool.use(() => Promise.reject(new Error(message)), { destroyOnError })
    await assert.rejects(failing('harmless'))
    assert.equal(shop.destroyed, 0)
    await assert.rejects(failing('fatal'))
    await turns()
    assert.equal(shop.destroyed, 1)
  })

  it('destroys where that cannot be told, and rejects with the function’s own error', async () => {
    const pool = shop.pool({ max: 1 })
    const destroyOnError = (): never => assert.fail('cannot tell')
    await assert.rejects(
      pool.use(() => Promise.reject(new Error('own')), { destroyOnError }),
      {
        message: 'own',
      },
    )
    await turns()
    assert.equal(shop.destroyed, 1)
  })

  it('passes hostile results and errors on as they are', async () => {
    const pool = shop.pool({ max: 1 })
    const hostile = throwingProxy(() => {})
    await pool.use(() => Promise.reject(hostile)).catch(error => assert(Object.is(error, hostile)))
    assert.equal(pool.status().idle, 1)
  })

  it('does not fail for a reset that fails: it is counted and told', async () => {
    const pool = shop.pool({ max: 1 }, { reset: () => Promise.reject(new Error('stuck')) })
    assert.equal(await pool.use(() => 'done'), 'done')
    await turns()
    assert.equal(shop.registry.stats().outcomes.failure, 1)
    assert.equal(shop.destroyed, 1)
  })

  it('takes the options of acquire, and refuses what is no function', async () => {
    const pool = shop.pool({ max: 1 })
    await assert.rejects(
      pool.use(() => {}, { signal: AbortSignal.abort(new Error('enough')) }),
      { message: 'enough' },
    )
    await assert.rejects(pool.use(undefined as never), {
      message: 'pool "things".use: fn must be a function, got undefined',
    })
    await assert.rejects(
      pool.use(() => {}, { destroyOnErorr: true } as never),
      { message: 'pool "things".use: unknown option "destroyOnErorr"; did you mean "destroyOnError"?' },
    )
    assert.equal(shop.created, 0)
  })

  it('does what its options said when it was called', async () => {
    const pool = shop.pool()
    const options = { destroyOnError: true }
    const failing = (): never => {
      options.destroyOnError = false
      throw new Error('broken')
    }
    await assert.rejects(pool.use(failing, options), { message: 'broken' })
    await turns()
    assert.equal(shop.destroyed, 1)
  })
})
