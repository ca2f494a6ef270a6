import assert from 'node:assert/strict'
import Theirs from 'quick-lru'
import Ours from '../../src/quick-lru.ts'

/** What both must do alike. */
const alike: Readonly<Record<string, (make: typeof Ours) => unknown>> = {
  'get, set, has, peek, delete': make => {
    const lru = new make<string, number>({ maxSize: 10 })
    lru.set('a', 1).set('b', 2).set('a', 3)
    return [
      lru.get('a'),
      lru.peek('b'),
      lru.has('c'),
      lru.get('c'),
      lru.delete('b'),
      lru.delete('b'),
      lru.size,
    ]
  },
  'clear, maxSize, maxAge': make => {
    const lru = new make<string, number>({ maxSize: 10, maxAge: 1_000 })
    lru.set('a', 1)
    lru.clear()
    return [lru.size, lru.maxSize, lru.maxAge, lru.get('a')]
  },
  'what is iterated': make => {
    const lru = new make<string, number>({ maxSize: 10 })
    for (const key of 'abc') lru.set(key, key.charCodeAt(0))
    const seen: unknown[] = []
    lru.forEach((value, key, self) => seen.push([key, value, self === lru]))
    const sorted = (items: Iterable<unknown>): unknown[] => [...items].map(String).toSorted()
    return [
      lru.keys(),
      lru.values(),
      lru,
      lru.entries(),
      lru.entriesAscending(),
      lru.entriesDescending(),
      seen,
    ].map(sorted)
  },
  expiresIn: make => {
    const lru = new make<string, number>({ maxSize: 10 })
    lru.set('ever', 1)
    lru.set('soon', 1, { maxAge: 60_000 })
    const soon = lru.expiresIn('soon')!
    return [lru.expiresIn('ever'), lru.expiresIn('none'), soon > 50_000 && soon <= 60_000]
  },
  'falsy values and odd keys': make => {
    const lru = new make<unknown, unknown>({ maxSize: 10 })
    lru.set(undefined, 0).set(null, '').set(NaN, undefined)
    return [lru.get(undefined), lru.get(null), lru.has(NaN), lru.get(NaN)]
  },
  'evict and resize': make => {
    const lru = new make<string, number>({ maxSize: 10 })
    for (const key of 'abcdef') lru.set(key, 1)
    lru.evict(2)
    const after = lru.size
    lru.evict(100)
    const last = lru.size
    lru.evict(0)
    lru.resize(20)
    return [after, last, lru.size, lru.maxSize]
  },
}

describe('the entry for users of quick-lru', () => {
  for (const [what, script] of Object.entries(alike)) {
    it(`${what}: as quick-lru`, () => {
      assert.deepEqual(script(Ours), script(Theirs as unknown as typeof Ours))
    })
  }

  it('holds what it says, where quick-lru holds up to twice as many', () => {
    const held = (make: typeof Ours): number => {
      const lru = new make<number, number>({ maxSize: 10 })
      for (let i = 0; i < 19; i++) lru.set(i, i)
      return Array.from({ length: 19 }, (_, i) => i).filter(i => lru.has(i)).length
    }
    assert.deepEqual([held(Theirs as unknown as typeof Ours), held(Ours)], [19, 10])
  })

  it('tells each eviction once and at its time, also where the callback throws', () => {
    const evicted: number[] = []
    const lru = new Ours<number, number>({
      maxSize: 5,
      onEviction: key => {
        evicted.push(key)
        throw new Error('no matter')
      },
    })
    for (let i = 0; i < 20; i++) {
      lru.set(i, i)
      assert.equal(evicted.length, Math.max(0, i - 4))
    }
    lru.delete([...lru.keys()][0]!)
    lru.set([...lru.keys()][0]!, -1)
    lru.clear()
    assert.equal(new Set(evicted).size, 15)
    assert.equal(evicted.length, 15)
  })

  it('refuses what quick-lru refuses, and what it misreads', () => {
    for (const maxSize of [undefined, 0, -1, NaN, '10']) {
      assert.throws(() => new Ours({ maxSize: maxSize as number }), { code: 'ERR_CONFIG' })
    }
    assert.throws(() => new Ours({ maxSize: 1, maxAge: 0 }), {
      message: 'QuickLRU: maxAge must be a number of milliseconds from 1, or Infinity, got 0',
    })
    assert.throws(() => new Ours({ maxSize: 1, maxsize: 2 } as never), /did you mean "maxSize"/)
  })
})
