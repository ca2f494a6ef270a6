import assert from 'node:assert/strict'
import { retryDelayMillis } from '../src/retry-delay.ts'
import { VERSION } from '../src/version.ts'
import manifest from '../package.json' with { type: 'json' }

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
