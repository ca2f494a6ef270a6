import assert from 'node:assert/strict'
import fc from 'fast-check'
import { nearestName } from '../src/nearest-name.ts'

const options = [
  'kind',
  'name',
  'cleanup',
  'force',
  'strategy',
  'timeoutMillis',
  'leakThresholdMillis',
  'span',
]

describe('the nearest name', () => {
  it('is found through one letter too many, too few, wrong, swapped, or in the wrong case', () => {
    const rows: [string, string][] = [
      ['timeoutMilis', 'timeoutMillis'],
      ['timeoutMilliss', 'timeoutMillis'],
      ['timeoutMillix', 'timeoutMillis'],
      ['timeuotMillis', 'timeoutMillis'],
      ['TIMEOUTMILLIS', 'timeoutMillis'],
      ['cleanUp', 'cleanup'],
      ['froce', 'force'],
      ['knid', 'kind'],
      ['leakTresholdMilis', 'leakThresholdMillis'],
    ]
    for (const [typed, meant] of rows) assert.equal(nearestName(typed, options), meant)
  })

  it('is none where nothing is near: a wrong guess misleads', () => {
    for (const typed of ['', 'x', 'onLeak', 'timeout', 'constructor', 'z'.repeat(10_000)]) {
      assert.equal(nearestName(typed, options), undefined, typed)
    }
    assert.equal(nearestName('kind', []), undefined)
  })

  it('is the nearest of several, the first of equals', () => {
    assert.equal(nearestName('spam', ['span', 'spam2', 'swam']), 'span')
    assert.equal(nearestName('timeouts', ['timeoutMs', 'timeout']), 'timeoutMs')
  })

  it('is the name itself, whatever it is, and found after any swap of neighbours', () => {
    const word = fc.string({ unit: fc.constantFrom('a', 'b', 'c', 'd', 'e'), minLength: 4, maxLength: 20 })
    fc.assert(
      fc.property(word, fc.nat(), (name, at) => {
        assert.equal(nearestName(name, [name]), name)
        const i = at % (name.length - 1)
        const swapped = name.slice(0, i) + name[i + 1]! + name[i]! + name.slice(i + 2)
        assert.equal(nearestName(swapped, [name]), name)
      }),
    )
  })
})
