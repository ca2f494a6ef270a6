import assert from 'node:assert/strict'
import { seededRandom, zipfRanks } from '../../src/load/random.ts'

describe('seededRandom', () => {
  it('repeats itself for a seed, and differs for another', () => {
    const draw = (seed: number): number[] => Array.from({ length: 5 }, seededRandom(seed))
    assert.deepEqual(draw(1), draw(1))
    assert.notDeepEqual(draw(1), draw(2))
  })

  it('is even over [0, 1)', () => {
    const random = seededRandom(42)
    const tenths = Array.from({ length: 10 }, () => 0)
    for (let i = 0; i < 10_000; i++) {
      const value = random()
      assert.ok(value >= 0 && value < 1)
      const tenth = Math.floor(value * 10)
      tenths[tenth] = (tenths[tenth] ?? 0) + 1
    }
    for (const times of tenths) assert.ok(times > 850 && times < 1150, String(times))
  })
})

describe('zipfRanks', () => {
  it('draws rank r in proportion to 1 / (r + 1)', () => {
    const next = zipfRanks(100, seededRandom(7))
    const drawn = Array.from({ length: 100 }, () => 0)
    for (let i = 0; i < 50_000; i++) {
      const rank = next()
      drawn[rank] = (drawn[rank] ?? 0) + 1
    }
    const harmonic = drawn.reduce((sum, _, rank) => sum + 1 / (rank + 1), 0)
    for (const rank of [0, 1, 4, 9]) {
      const expected = 50_000 / harmonic / (rank + 1)
      assert.ok(Math.abs((drawn[rank] ?? 0) - expected) < expected * 0.1, `rank ${rank}`)
    }
  })

  it('has but one rank to draw from one', () => {
    assert.equal(zipfRanks(1, () => 0.999)(), 0)
  })
})
