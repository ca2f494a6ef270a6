import assert from 'node:assert/strict'
import { LRUCache as Theirs } from 'lru-cache'
import { LRUCache as Ours } from '../../src/lru-cache.ts'

/** What both must do alike. */
const alike: Readonly<Record<string, (make: typeof Ours) => unknown>> = {
  'get, set, has, peek, delete': make => {
    const cache = new make<string, number>({ max: 10 })
    cache.set('a', 1).set('b', 2).set('a', 3)
    return [
      cache.get('a'),
      cache.peek('b'),
      cache.has('c'),
      cache.get('c'),
      cache.delete('b'),
      cache.delete('b'),
      cache.size,
    ]
  },
  'setting undefined deletes': make => {
    const cache = new make<string, number>({ max: 10 })
    cache.set('a', 1).set('a', undefined)
    return [cache.has('a'), cache.size]
  },
  'clear, max, ttl': make => {
    const cache = new make<string, number>({ max: 10, ttl: 1_000 })
    cache.set('a', 1)
    cache.clear()
    return [cache.size, cache.max, cache.ttl, cache.get('a')]
  },
  'dispose, with key and reason': make => {
    const told: unknown[] = []
    const cache = new make<string, object>({
      max: 1,
      dispose: (value, key, reason) => told.push([value, key, reason]),
    })
    const [one, two, three] = [{ n: 1 }, { n: 2 }, { n: 3 }]
    cache.set('a', one)
    cache.set('a', one)
    cache.set('a', two)
    cache.set('b', three)
    cache.delete('b')
    cache.set('c', one)
    cache.clear()
    return told
  },
  sizes: make => {
    const cache = new make<string, string>({ max: 10, maxSize: 10, sizeCalculation: value => value.length })
    cache.set('a', 'xxxx').set('b', 'xxxx')
    cache.set('c', 'xxxxxxxxxxx')
    return [cache.calculatedSize, cache.size, cache.has('c'), cache.maxSize]
  },
  'what is iterated': make => {
    const cache = new make<string, number>({ max: 10 })
    for (const key of 'abc') cache.set(key, key.charCodeAt(0))
    const seen: unknown[] = []
    cache.forEach((value, key, self) => seen.push([key, value, self === cache]))
    const sorted = (items: Iterable<unknown>): unknown[] => [...items].map(String).toSorted()
    return [cache.keys(), cache.values(), cache, cache.entries(), seen].map(sorted)
  },
  'remaining time': make => {
    const cache = new make<string, number>({ max: 10 })
    cache.set('ever', 1)
    cache.set('soon', 1, { ttl: 60_000 })
    const soon = cache.getRemainingTTL('soon')
    return [cache.getRemainingTTL('ever'), cache.getRemainingTTL('none'), soon > 50_000 && soon <= 60_000]
  },
  'fetch: once for all, and then had': async make => {
    let loads = 0
    const cache = new make<string, string>({
      max: 10,
      fetchMethod: async key => {
        loads++
        return key + '!'
      },
    })
    const all = await Promise.all([cache.fetch('a'), cache.fetch('a'), cache.fetch('b')])
    return [all, await cache.fetch('a'), cache.get('b'), loads]
  },
  'fetch: fails with what the method fails with': async make => {
    const error = new Error('no')
    const cache = new make<string, string>({ max: 10, fetchMethod: () => Promise.reject(error) })
    return [await cache.fetch('a').catch((thrown: unknown) => thrown === error), cache.has('a')]
  },
  'fetch without a method is get': async make => {
    const cache = new make<string, string>({ max: 10 })
    cache.set('a', 'x')
    return [await cache.fetch('a'), await cache.fetch('b')]
  },
}

describe('the entry for users of lru-cache', () => {
  for (const [what, script] of Object.entries(alike)) {
    it(`${what}: as lru-cache`, async () => {
      assert.deepEqual(await script(Ours), await script(Theirs as unknown as typeof Ours))
    })
  }

  it('one caller’s abort leaves the load to the others, where lru-cache fails them all', async () => {
    const outcome = async (make: typeof Ours): Promise<string> => {
      const cache = new make<string, string>({
        max: 10,
        fetchMethod: (_key, _stale, { signal }) =>
          new Promise((resolve, reject) => {
            signal.addEventListener('abort', () => reject(signal.reason as Error))
            setImmediate(() => resolve('answer'))
          }),
      })
      const controller = new AbortController()
      const first = cache.fetch('a', { signal: controller.signal }).catch(() => 'failed')
      const second = cache.fetch('a').catch(() => 'failed')
      controller.abort()
      return [await first, await second].join()
    }
    assert.equal(await outcome(Ours), 'failed,answer')
    assert.equal(await outcome(Theirs as unknown as typeof Ours), 'failed,failed')
  })

  it('a dispose that throws is not felt, where lru-cache lets it escape from set', () => {
    const fill = (make: typeof Ours): number => {
      const cache = new make<number, number>({
        max: 2,
        dispose: () => {
          throw new Error('stuck')
        },
      })
      for (let i = 0; i < 10; i++) cache.set(i, i)
      return cache.size
    }
    assert.equal(fill(Ours), 2)
    assert.throws(() => fill(Theirs as unknown as typeof Ours), { message: 'stuck' })
  })

  it('refuses options that it does not have, and what is wrong', () => {
    for (const [options, message] of [
      [{}, 'LRUCache: max must be given, or maxSize, got undefined'],
      [{ max: 0 }, 'LRUCache: max must be an integer from 1 to 16777215, got 0'],
      [{ maxSize: 5 }, 'LRUCache: sizeCalculation must be a function, as maxSize is given, got undefined'],
      [{ max: 5, ttl: -1 }, 'LRUCache: ttl must be a number of milliseconds from 0 to 2147483647, got -1'],
      [{ max: 5, disposed: () => {} }, 'LRUCache: unknown option "disposed"; did you mean "dispose"?'],
    ] as const) {
      assert.throws(() => new Ours(options as never), { code: 'ERR_CONFIG', message })
    }
    assert.throws(() => new Ours({ max: 5, allowStale: true } as never), { code: 'ERR_CONFIG' })
  })
})
