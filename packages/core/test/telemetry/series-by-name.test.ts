import assert from 'node:assert/strict'
import { SeriesByName } from '../../src/index.ts'

describe('series by name', () => {
  it('are made once for each name, and beyond the limit counted under one', () => {
    const made: string[] = []
    const series = new SeriesByName(name => {
      made.push(name)
      return { name, count: 0 }
    })
    for (const round of [1, 2]) {
      for (let i = 0; i < 1_000; i++) series.of(`n${i}`).count++
      assert.equal(series.of('n383').count, round)
    }
    assert.equal(made.length, 385)
    assert.equal(series.of('n384').name, '_OTHER')
    assert.equal(
      [...series].reduce((sum, { count }) => sum + count, 0),
      2_000,
    )
    assert.equal(series.of('_OTHER').count, 2 * (1_000 - 384))
  })
})
