import assert from 'node:assert/strict'
import sinon from 'sinon'
import { SlowestAcquisitions } from '../../src/report/slowest-acquisitions.ts'

describe('SlowestAcquisitions', () => {
  let clock: sinon.SinonFakeTimers
  beforeEach(() => {
    clock = sinon.useFakeTimers({ toFake: ['performance', 'setTimeout'] })
  })
  afterEach(() => clock.restore())

  const acquireIn = async (slowest: SlowestAcquisitions, millis: number, fails = false): Promise<void> => {
    const acquiring = slowest.time('kind', `${millis}`, async () => {
      await new Promise(resolve => setTimeout(resolve, millis))
      if (fails) throw new Error('refused')
    })
    acquiring.catch(() => undefined)
    await clock.tickAsync(millis)
    await acquiring
  }

  it('keeps the longest few, the longest first', async () => {
    const slowest = new SlowestAcquisitions(3)
    for (const millis of [5, 90, 1, 40, 70, 2]) await acquireIn(slowest, millis)
    assert.deepEqual(
      slowest.list().map(({ elapsedMillis }) => elapsedMillis),
      [90, 70, 40],
    )
  })

  it('times those that fail, and passes on their error', async () => {
    const slowest = new SlowestAcquisitions()
    await assert.rejects(acquireIn(slowest, 30, true), /refused/)
    assert.deepEqual(slowest.list(), [{ kind: 'kind', what: '30', elapsedMillis: 30 }])
  })
})
