import assert from 'node:assert/strict'
import QuickLRU from 'quick-lru'

/**
 * What the cache rests on of quick-lru 7.3.0, which is pinned for it: without a limit it is an ordered map that drops
 * nothing, whose iteration can be held while entries come and go.
 */
describe('quick-lru without a limit', () => {
  const store = (): QuickLRU<string, number> => new QuickLRU({ maxSize: Infinity })
  const filled = (count: number): QuickLRU<string, number> => {
    const lru = store()
    for (let i = 0; i < count; i++) lru.set(`k${i}`, i)
    return lru
  }

  it('drops nothing, and its size is exact', () => {
    const lru = filled(50_000)
    assert.equal(lru.size, 50_000)
    for (let i = 0; i < 50_000; i++) assert.equal(lru.get(`k${i}`), i)
    for (let i = 0; i < 25_000; i++) assert.equal(lru.delete(`k${i}`), true)
    assert.equal(lru.size, 25_000)
  })

  it('keeps the order of insertion: neither a get nor a set of what is there changes it', () => {
    const lru = filled(4)
    lru.get('k0')
    lru.set('k1', 11)
    assert.deepEqual(
      [...lru],
      [
        ['k0', 0],
        ['k1', 11],
        ['k2', 2],
        ['k3', 3],
      ],
    )
    lru.delete('k2')
    lru.set('k2', 2)
    assert.deepEqual(
      [...lru].map(([key]) => key),
      ['k0', 'k1', 'k3', 'k2'],
    )
  })

  it('has no time-out where none is asked for: no clock is read', () => {
    const { now } = Date
    const lru = filled(1)
    Date.now = () => assert.fail('the clock was read')
    try {
      assert.equal(lru.get('k0'), 0)
      assert.equal(lru.has('k0'), true)
      assert.equal([...lru].length, 1)
    } finally {
      Date.now = now
    }
  })

  it('a held iteration sees each entry once: not what has been deleted, but what was added since', () => {
    const lru = store()
    const hand = lru[Symbol.iterator]()
    for (let i = 0; i < 10; i++) lru.set(`k${i}`, i)
    const seen: number[] = []
    let next = 10
    for (let { done, value } = hand.next(); done !== true; { done, value } = hand.next()) {
      seen.push(value[1])
      lru.delete(value[0])
      if (value[1] % 3 === 0) lru.delete(`k${value[1] + 1}`)
      for (let i = 0; i < 3 && next < 90_000; i++, next++) lru.set(`k${next}`, next)
    }
    assert.equal(new Set(seen).size, seen.length)
    assert.deepEqual(
      seen,
      seen.toSorted((a, b) => a - b),
    )
    assert.deepEqual(
      seen.filter(i => i % 3 === 1 && seen.includes(i - 1) && (i - 1) % 3 === 0),
      [],
    )
    assert.equal(lru.size, 0)
    assert(seen.length > 50_000)
  })

  it('an iteration that has ended stays so; the next one begins at the oldest', () => {
    const lru = filled(1)
    const hand = lru[Symbol.iterator]()
    hand.next()
    lru.delete('k0')
    assert.equal(hand.next().done, true)
    lru.set('k1', 1)
    assert.equal(hand.next().done, true)
    assert.deepEqual([...lru], [['k1', 1]])
  })

  it('takes keys as a Map does', () => {
    const lru = new QuickLRU<unknown, number>({ maxSize: Infinity })
    const keys = [undefined, null, NaN, 0, '', {}, Symbol('a'), 1n]
    for (const [i, key] of keys.entries()) lru.set(key, i)
    for (const [i, key] of keys.entries()) assert.equal(lru.get(key), i)
    assert.equal(lru.get(-0), 3)
  })

  it('holds more than its limit where it has one: hence it has none here', () => {
    const lru = new QuickLRU<number, number>({ maxSize: 10 })
    for (let i = 0; i < 19; i++) lru.set(i, i)
    let there = 0
    for (let i = 0; i < 19; i++) if (lru.has(i)) there++
    assert.equal(there, 19)
  })
})
