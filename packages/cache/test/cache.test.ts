import assert from 'node:assert/strict'
import { check, Larder } from './larder.ts'

describe('a cache', () => {
  let larder: Larder
  beforeEach(() => {
    larder = new Larder()
  })

  it('gives what was set, and counts what was asked for', () => {
    const cache = larder.of<number>({ maxEntries: 10 })
    assert.equal(cache.get('a'), undefined)
    assert.equal(cache.set('a', 1), true)
    assert.equal(cache.get('a'), 1)
    assert.equal(cache.peek('a'), 1)
    assert.equal(cache.has('a'), true)
    assert.equal(cache.has('b'), false)
    assert.equal(cache.name, 'things')
    const { hits, misses, hitRate, sets, entries } = cache.stats()
    assert.deepEqual(
      { hits, misses, hitRate, sets, entries },
      { hits: 1, misses: 1, hitRate: 0.5, sets: 1, entries: 1 },
    )
    check(cache)
  })

  it('takes undefined for a value like any other', () => {
    const cache = larder.of<undefined>({ maxEntries: 2 })
    cache.set('a', undefined)
    assert.equal(cache.has('a'), true)
    assert.equal(cache.get('a'), undefined)
    assert.equal(cache.stats().hits, 1)
    assert.equal(cache.delete('a'), true)
    assert.equal(cache.has('a'), false)
  })

  it('takes keys of every kind, as a Map does', async () => {
    const { createCache } = await import('../src/index.ts')
    const cache = createCache<unknown, number>({ maxEntries: 100 })
    const keys = [
      0,
      -1,
      1.5,
      NaN,
      'a',
      '',
      'ab',
      10n,
      -(2n ** 70n),
      null,
      undefined,
      true,
      false,
      {},
      [],
      Symbol('a'),
      Symbol.for('b'),
      () => {},
    ]
    for (const [i, key] of keys.entries()) cache.set(key, i)
    for (const [i, key] of keys.entries()) assert.equal(cache.get(key), i)
    assert.equal(cache.get(-0), 0)
    assert.equal(cache.size, keys.length)
    for (const key of keys) assert.equal(cache.delete(key), true)
    assert.equal(cache.size, 0)
  })

  it('keeps to maxEntries, and forgets for size', () => {
    const cache = larder.of<number>({ maxEntries: 3 })
    for (let i = 0; i < 10; i++) {
      cache.set(`k${i}`, i)
      assert(cache.size <= 3)
    }
    assert.equal(cache.size, 3)
    assert.equal(cache.stats().evictions.size, 7)
    check(cache)
  })

  it('one entry is a cache too', () => {
    const cache = larder.of<number>({ maxEntries: 1 })
    for (let i = 0; i < 5; i++) cache.set(`k${i}`, i)
    assert.equal(cache.get('k4'), 4)
    assert.equal(cache.size, 1)
    check(cache)
  })

  it('keeps to maxBytes by sizeOf, and to both limits at once', () => {
    const cache = larder.of<number>({ maxBytes: 10, maxEntries: 4, sizeOf: value => value })
    for (const size of [3, 3, 3, 1, 0, 0, 0, 10, 5, 5]) {
      assert.equal(cache.set(`k${cache.stats().sets}`, size), true)
      assert(cache.bytes <= 10 && cache.size <= 4)
    }
    assert.deepEqual([cache.bytes, cache.size], [10, 2])
    check(cache)
  })

  it('accounts Buffers, typed arrays and strings by itself', () => {
    const cache = larder.of<unknown>({ maxBytes: 1_000 })
    cache.set('buffer', Buffer.alloc(100))
    cache.set('floats', new Float64Array(10))
    cache.set('memory', new ArrayBuffer(7))
    cache.set('text', 'four')
    assert.equal(cache.bytes, 100 + 80 + 7 + 8)
    cache.set('told', {}, { bytes: 5 })
    assert.equal(cache.bytes, 200)
  })

  it('does not let in what alone is too large, and then the key has nothing', () => {
    const cache = larder.cache({ maxBytes: 10, sizeOf: jar => jar.bytes })
    const [small, large] = [larder.jar(5), larder.jar(11)]
    cache.set('other', larder.jar(3))
    assert.equal(cache.set('a', small), true)
    assert.equal(cache.set('a', large), false)
    assert.deepEqual([small.ends, large.ends], [['replaced'], ['bytes']])
    assert.equal(cache.has('a'), false)
    assert.equal(cache.has('other'), true)
    check(cache)
  })

  it('a value that grows in place makes others go, not itself', () => {
    const cache = larder.cache({ maxBytes: 10, sizeOf: jar => jar.bytes })
    const jars = [larder.jar(4), larder.jar(4), larder.jar(9)]
    cache.set('a', jars[0]!)
    cache.set('b', jars[1]!)
    cache.set('b', jars[2]!)
    assert.deepEqual([cache.has('a'), cache.peek('b'), cache.bytes], [false, jars[2], 9])
    assert.deepEqual(
      jars.map(jar => jar.ends),
      [['bytes'], ['replaced'], []],
    )
    cache.set('b', jars[2]!, { bytes: 10 })
    assert.deepEqual([cache.bytes, jars[2]!.ends], [10, []])
    check(cache)
  })

  it('the same value that has become too large goes, once', () => {
    const cache = larder.cache({ maxBytes: 10, sizeOf: jar => jar.bytes })
    const jar = larder.jar(5)
    cache.set('a', jar)
    assert.equal(cache.set('a', jar, { bytes: 11 }), false)
    assert.deepEqual([jar.ends, cache.size], [['bytes'], 0])
    check(cache)
  })

  it('deletes and clears', () => {
    const cache = larder.cache({ maxEntries: 10 })
    const jars = [larder.jar(), larder.jar(), larder.jar()]
    jars.forEach((jar, i) => cache.set(`k${i}`, jar))
    assert.equal(cache.delete('k0'), true)
    assert.equal(cache.delete('k0'), false)
    cache.clear()
    assert.equal(cache.size, 0)
    assert.deepEqual(
      jars.map(jar => jar.ends),
      [['deleted'], ['cleared'], ['cleared']],
    )
    check(cache)
  })

  it('lists what is there', () => {
    const cache = larder.of<number>({ maxEntries: 10, ttlMillis: 100 })
    cache.set('a', 1)
    cache.set('b', 2, { ttlMillis: 1 })
    cache.set('c', 3)
    assert.deepEqual(
      new Map(cache.entries()),
      new Map([
        ['a', 1],
        ['b', 2],
        ['c', 3],
      ]),
    )
    for (const [key] of cache) cache.delete(key)
    assert.equal(cache.size, 0)
  })

  it('trims to bytes or to a fraction, counted under the limit that is lowered', () => {
    const bySize = larder.of<number>({ maxEntries: 100 })
    for (let i = 0; i < 100; i++) bySize.set(`k${i}`, i)
    assert.equal(bySize.trim({ toFraction: 0.75 }), 25)
    assert.deepEqual([bySize.size, bySize.stats().evictions.size], [75, 25])
    assert.equal(bySize.trim({ toFraction: 0 }), 75)
    const byBytes = larder.of<string>({ maxBytes: 1_000 })
    for (let i = 0; i < 10; i++) byBytes.set(`k${i}`, 'x'.repeat(50))
    assert.equal(byBytes.trim({ toFraction: 0.5 }), 5)
    assert.equal(byBytes.trim({ toBytes: 150 }), 4)
    assert.deepEqual([byBytes.bytes, byBytes.stats().evictions.bytes], [100, 9])
    check(byBytes)
  })

  it('resizes, and what exceeds goes at once', () => {
    const cache = larder.of<string>({ maxEntries: 10, maxBytes: 1_000 })
    for (let i = 0; i < 10; i++) cache.set(`k${i}`, 'x'.repeat(10))
    cache.resize({ maxEntries: 5 })
    assert.equal(cache.size, 5)
    cache.resize({ maxBytes: 40 })
    assert.deepEqual([cache.size, cache.bytes], [2, 40])
    const { maxEntries, maxBytes, evictions } = cache.stats()
    assert.deepEqual([maxEntries, maxBytes, evictions.size, evictions.bytes], [5, 40, 5, 3])
    cache.resize({ maxEntries: Infinity })
    check(cache)
  })

  it('keeps by its many keys, whatever comes and goes', () => {
    const cache = larder.of<number>({ maxEntries: 20_000 })
    for (let i = 0; i < 60_000; i++) {
      cache.set(`key:${i}`, i)
      if (i % 3 === 0) cache.get(`key:${i - 10_000}`)
      if (i % 7 === 0) cache.delete(`key:${i - 500}`)
    }
    let there = 0
    for (const [key, value] of cache.entries()) {
      assert.equal(key, `key:${value}`)
      assert.equal(cache.peek(key), value)
      there++
    }
    assert.equal(there, cache.size)
    check(cache)
  })
})
