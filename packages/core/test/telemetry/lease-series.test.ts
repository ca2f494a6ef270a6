import assert from 'node:assert/strict'
import { LeaseGroup } from '../../src/lease-group.ts'
import { LeaseSeries } from '../../src/telemetry/lease-series.ts'
import { FakeClock } from '../fake-clock.ts'

/** A registry's groups: so many names, each with one lease acquired and held for a second. */
function source(kind: string, from: number, count: number): { groups: LeaseGroup[]; clock: FakeClock } {
  const groups = Array.from({ length: count }, (_, i) => {
    const group = new LeaseGroup(kind, `n${from + i}`)
    group.acquired = group.success = 1
    group.held.record(1)
    return group
  })
  return { groups, clock: new FakeClock() }
}

describe('the series of the process', () => {
  const owners: object[] = []
  const add = (series: LeaseSeries, ...of: Parameters<typeof source>): void => {
    const owner = {}
    owners.push(owner)
    series.add(owner, source(...of))
  }
  const figures = (series: LeaseSeries): Record<string, number> =>
    Object.fromEntries(series.totals().map(({ kind, name, acquired }) => [`${kind} ${name}`, acquired]))

  it('sum registries by kind and name', () => {
    const series = new LeaseSeries()
    add(series, 'k', 0, 3)
    add(series, 'k', 2, 3)
    assert.deepEqual(figures(series), { 'k n0': 1, 'k n1': 1, 'k n2': 2, 'k n3': 1, 'k n4': 1 })
    assert.deepEqual(
      series.durations().map(({ held }) => held?.count),
      [1, 1, 2, 1, 1],
    )
  })

  it('are no more than an SDK keeps apart, over all registries, and true in sum', () => {
    const series = new LeaseSeries()
    for (let i = 0; i < 5; i++) add(series, 'k', i * 300, 300)
    add(series, 'unknown', 0, 10)
    const shown = figures(series)
    assert.equal(Object.keys(shown).length, 386)
    assert.equal(shown['k _OTHER'], 1_500 - 384)
    assert.equal(shown['_OTHER _OTHER'], 10)
    assert.equal(
      Object.values(shown).reduce((sum, each) => sum + each),
      1_510,
    )
  })

  it('do not grow with the others of kinds', () => {
    const series = new LeaseSeries()
    for (let i = 0; i < 384; i++) add(series, `k${i}`, 0, 1)
    for (let i = 0; i < 384; i++) add(series, `k${i}`, 1, 1)
    for (let look = 0; look < 2; look++) {
      const shown = figures(series)
      assert.equal(Object.keys(shown).length, 384 + 15)
      assert.equal(shown['k13 _OTHER'], 1)
      assert.equal(shown['_OTHER _OTHER'], 384 - 14)
    }
  })

  it('never move: who came first keeps its own, whatever comes later', () => {
    const series = new LeaseSeries()
    add(series, 'k', 0, 300)
    const first = figures(series)
    add(series, 'k', 300, 300)
    for (let i = 0; i < 2; i++) {
      const later = figures(series)
      for (const [name, acquired] of Object.entries(first)) assert.equal(later[name], acquired)
      assert.equal(later['k _OTHER'], 600 - 384)
    }
  })
})
