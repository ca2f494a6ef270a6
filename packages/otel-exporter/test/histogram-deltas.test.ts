import assert from 'node:assert/strict'
import fc from 'fast-check'
import type { HistogramPoint, HistogramSnapshot } from '@leasehold/core'
import { HistogramDeltas } from '../src/histogram-deltas.ts'

const START = 1_000

function snapshot(counts: Record<string, number[]>, startEpochMillis = START): HistogramSnapshot {
  const points = Object.entries(counts).map(([name, each]): HistogramPoint => {
    const count = each.reduce((sum, n) => sum + n, 0)
    return { attributes: { name, kind: 'k' }, counts: each, sum: count * 2, count, min: 1, max: 9 }
  })
  return { name: 'h', unit: 's', description: '', boundaries: [1, 5], startEpochMillis, points }
}

describe('histogram deltas', () => {
  it('begin at the start, then where the last ended', () => {
    const deltas = new HistogramDeltas()
    assert.equal(deltas.since(snapshot({ a: [1, 0, 0] }), 2_000).startEpochMillis, START)
    assert.equal(deltas.since(snapshot({ a: [2, 0, 0] }), 3_000).startEpochMillis, 2_000)
  })

  it('leave out what has not changed', () => {
    const deltas = new HistogramDeltas()
    deltas.since(snapshot({ a: [1, 0, 0], b: [1, 0, 0] }), 2_000)
    const { points } = deltas.since(snapshot({ a: [1, 0, 0], b: [1, 0, 4] }), 3_000)
    assert.deepEqual(
      points.map(({ attributes, counts, count }) => [attributes['name'], counts, count]),
      [['b', [0, 0, 4], 4]],
    )
  })

  it('know a series by its attributes, in whatever order they come', () => {
    const deltas = new HistogramDeltas()
    deltas.since(snapshot({ a: [3, 0, 0] }), 2_000)
    const again = snapshot({ a: [5, 0, 0] })
    const [point] = again.points
    const turned = { ...again, points: [{ ...point!, attributes: { kind: 'k', name: 'a' } }] }
    assert.deepEqual(deltas.since(turned, 3_000).points[0]?.counts, [2, 0, 0])
  })

  it('take what is fewer than before as counted anew', () => {
    const deltas = new HistogramDeltas()
    deltas.since(snapshot({ a: [7, 0, 0] }), 2_000)
    assert.deepEqual(deltas.since(snapshot({ a: [2, 0, 0] }), 3_000).points[0]?.counts, [2, 0, 0])
  })

  it('add up to what there is since the start, however often one looks', () => {
    const increments = fc.array(fc.record({ a: triple(), b: triple() }), { maxLength: 20 })
    fc.assert(
      fc.property(increments, steps => {
        const deltas = new HistogramDeltas()
        const total: Record<string, number[]> = { a: [0, 0, 0], b: [0, 0, 0] }
        const seen: Record<string, number[]> = { a: [0, 0, 0], b: [0, 0, 0] }
        for (const [i, step] of steps.entries()) {
          for (const name of ['a', 'b'] as const) total[name] = plus(total[name]!, step[name])
          for (const { attributes, counts } of deltas.since(snapshot(total), START + i).points) {
            const name = attributes['name']!
            seen[name] = plus(seen[name]!, counts)
          }
        }
        assert.deepEqual(seen, total)
      }),
    )
  })
})

function triple(): fc.Arbitrary<number[]> {
  return fc.array(fc.nat(9), { minLength: 3, maxLength: 3 })
}

function plus(a: readonly number[], b: readonly number[]): number[] {
  return a.map((n, i) => n + b[i]!)
}
