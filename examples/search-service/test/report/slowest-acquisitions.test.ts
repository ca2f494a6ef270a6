import assert from 'node:assert/strict'
import sinon from 'sinon'
import { SlowestAcquisitions } from '../../src/report/slowest-acquisitions.ts'

describe('SlowestAcquisitions', () => {
  let clock: sinon.SinonFakeTimers
  beforeEach(() => {
    clock = sinon.useFakeTimers({ toFake: ['performance'] })
  })
  afterEach(() => clock.restore())

  const acquireIn = (slowest: SlowestAcquisitions, millis: number, fails = false): Promise<void> =>
    slowest.time('kind', `${millis}`, async () => {
      clock.tick(millis)
      if (fails) throw new Error('refused')
    })

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
