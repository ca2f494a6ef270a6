import assert from 'node:assert/strict'
import { mayRetry, retryDelayMillis } from '../../src/otlp/retry.ts'

const answer = (status: number) => ({
  status,
  retryAfter: undefined,
  contentType: undefined,
  body: Buffer.alloc(0),
})
const delay = (attempt: number, retryAfter?: string, random: () => number = Math.random): number =>
  retryDelayMillis({ attempt, retryAfter, isHurried: false }, random)

describe('retries of an export', () => {
  for (const status of [429, 502, 503, 504]) {
    it(`come after ${status}`, () => assert.ok(mayRetry(answer(status))))
  }
  for (const status of [301, 400, 401, 404, 413, 500, 501]) {
    it(`do not come after ${status}`, () => assert.ok(!mayRetry(answer(status))))
  }

  it('come after a refused connection, not after an error that stays', () => {
    assert.ok(mayRetry(Object.assign(new Error('no'), { code: 'ECONNREFUSED' })))
    assert.ok(!mayRetry(Object.assign(new Error('no'), { code: 'DEPTH_ZERO_SELF_SIGNED_CERT' })))
    assert.ok(!mayRetry(new Error('no')))
  })

  it('come later each time, up to a limit, with jitter of a fifth', () => {
    const middle = (): number => 0.5
    assert.deepEqual(
      [1, 2, 3, 9].map(attempt => delay(attempt, undefined, middle)),
      [1_000, 1_500, 2_250, 5_000],
    )
    const least = delay(1, undefined, () => 0)
    assert.equal(least, 800)
    assert.ok(delay(1, undefined, () => 0.999) < 1_200)
  })

  it('come sooner at the end of a program, and still not at once', () => {
    const inAHurry = { attempt: 1, retryAfter: '0', isHurried: true }
    assert.equal(
      retryDelayMillis(inAHurry, () => 0.5),
      100,
    )
  })

  it('come when the back end asked for them', () => {
    assert.equal(delay(1, '7'), 7_000)
    const inAnHour = new Date(Date.now() + 3_600_000).toUTCString()
    assert.ok(delay(1, inAnHour) > 3_590_000)
  })

  it('come no sooner than by themselves, whatever the back end asked for', () => {
    const middle = (): number => 0.5
    for (const asked of ['0', '-5', '0.5', '', 'soon', 'Thu, 01 Jan 1970 00:00:00 GMT']) {
      assert.equal(delay(1, asked, middle), 1_000, asked)
    }
    assert.equal(delay(9, '1', middle), 5_000)
  })
})
