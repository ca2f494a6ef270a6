import assert from 'node:assert/strict'
import { SampleCountdown } from '../src/sample-countdown.ts'

describe('samples', () => {
  it('are one in N on average, each for 1, none for false', () => {
    const countdown = new SampleCountdown()
    const taken = (every: number | false, of: number): number => {
      countdown.set(every)
      return Array.from({ length: of }, () => countdown.take()).filter(Boolean).length
    }
    assert.equal(taken(false, 10_000), 0)
    assert.equal(taken(1, 100), 100)
    const share = taken(16, 160_000)
    assert.ok(share > 9_000 && share < 11_000, `${share}`)
  })
})
