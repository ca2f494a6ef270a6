import assert from 'node:assert/strict'
import { PressureSlices, type SlicedWork } from '../../src/memory/pressure-slices.ts'

describe('memory that is given back in slices', () => {
  let now: number = 0
  let turns: (() => void)[]
  let slices: PressureSlices
  let log: string[]
  beforeEach(() => {
    now = 0
    turns = []
    log = []
    slices = new PressureSlices(
      () => now,
      fn => void turns.push(fn),
    )
  })

  /** Work of so many parts, half a millisecond each. */
  function work(name: string, parts: number): SlicedWork {
    return hasTime => {
      do {
        now += 0.5
        log.push(name)
      } while (--parts > 0 && hasTime())
      return parts > 0
    }
  }

  /** How long one turn of the loop takes. */
  function turn(): number {
    const startedAt = now
    for (const fn of turns.splice(0)) fn()
    return now - startedAt
  }

  it('takes two milliseconds of a turn, of all who have some together', () => {
    for (let i = 0; i < 1_000; i++) slices.add(work(`${i}`, 3))
    assert.equal(now, 2)
    assert.deepEqual(log, ['0', '0', '0', '1'])
    let took = 0
    let count = 0
    for (; turns.length > 0 && count < 10_000; count++) {
      assert(turn() <= 2)
      took++
    }
    assert.equal(log.length, 3_000)
    assert.equal(took, 3_000 / 4)
    assert.deepEqual(turns, [], 'nothing is left that would keep the loop turning')
  })

  it('begins at once in the next turn, too, and in one that lasts long', () => {
    slices.add(work('a', 4))
    slices.add(work('b', 1))
    assert.deepEqual(log.splice(0), ['a', 'a', 'a', 'a'])
    turn()
    assert.deepEqual(log.splice(0), ['b'])
    slices.add(work('c', 9))
    assert.equal(log.splice(0).length, 3, 'what is left of that turn')
    now += 10
    slices.add(work('d', 1))
    assert.deepEqual(log.splice(0), ['c', 'c', 'c', 'c'])
  })

  it('goes on after work that throws, and work that has more', () => {
    slices.add(() => {
      throw new Error('no matter')
    })
    slices.add(() => {
      slices.add(work('within', 1))
      log.push('outer')
      return false
    })
    assert.deepEqual(log, ['outer', 'within'])
  })
})
