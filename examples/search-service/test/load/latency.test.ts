import assert from 'node:assert/strict'
import fc from 'fast-check'
import { summarizeLatency } from '../../src/load/latency.ts'

describe('summarizeLatency', () => {
  it('takes the nearest rank', () => {
    const hundred = Array.from({ length: 100 }, (_, i) => 100 - i)
    assert.deepEqual(summarizeLatency(hundred), { count: 100, p50: 50, p95: 95, p99: 99, max: 100 })
    assert.deepEqual(summarizeLatency([3]), { count: 1, p50: 3, p95: 3, p99: 3, max: 3 })
    assert.deepEqual(summarizeLatency([]), { count: 0, p50: 0, p95: 0, p99: 0, max: 0 })
  })

  it('has at least the share of latencies at or below each percentile, and no smaller value would do', () => {
    fc.assert(
      fc.property(fc.array(fc.double({ min: 0, max: 1000, noNaN: true }), { minLength: 1 }), millis => {
        const summary = summarizeLatency(millis)
        for (const [share, value] of [
          [0.5, summary.p50],
          [0.95, summary.p95],
          [0.99, summary.p99],
        ] as const) {
          assert.ok(millis.includes(value))
          assert.ok(millis.filter(each => each <= value).length >= share * millis.length)
          assert.ok(millis.filter(each => each < value).length < share * millis.length)
        }
      }),
    )
  })
})
