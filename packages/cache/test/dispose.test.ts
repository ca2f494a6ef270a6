import assert from 'node:assert/strict'
import type { Cache } from '../src/index.ts'
import { check, Larder, never, pending, stateOf, turns, type Jar } from './larder.ts'

describe('dispose', () => {
  let larder: Larder
  beforeEach(() => {
    larder = new Larder()
  })

  it('is called once for each value, with the reason, and each is a lease', async () => {
    const cache = larder.cache({ maxEntries: 2 })
    const jars = Array.from({ length: 5 }, () => larder.jar())
    cache.set('a', jars[0]!)
    cache.set('a', jars[1]!)
    cache.set('b', jars[2]!)
    cache.set('c', jars[3]!)
    cache.delete('c')
    cache.set('d', jars[4]!)
    await cache.close()
    assert.deepEqual(
      jars.map(({ ends }) => ends.length),
      [1, 1, 1, 1, 1],
    )
    assert.deepEqual(jars[0]!.ends, ['replaced'])
    assert.deepEqual(larder.counts('cache.entry'), {
      acquired: 5,
      live: 0,
      success: 5,
      failure: 0,
      timeout: 0,
    })
    check(cache)
  })

  it('never ends a value that is set again', () => {
    const cache = larder.cache({ maxEntries: 2 })
    const jar = larder.jar()
    for (let i = 0; i < 3; i++) assert.equal(cache.set('a', jar), true)
    assert.deepEqual([jar.ends, larder.counts('cache.entry').acquired, cache.stats().sets], [[], 1, 1])
  })

  it('may throw, reject, and hang: it is counted, and the cache goes on', async () => {
    const ways = [
      (): never => {
        throw new Error('thrown')
      },
      () => Promise.reject(new Error('rejected')),
      never,
    ]
    for (const dispose of ways) {
      const cache = larder.cache({ maxEntries: 1, dispose })
      for (let i = 0; i < 3; i++) cache.set(`k${i}`, larder.jar())
      assert.equal(cache.size, 1)
      cache.delete('k2')
      check(cache)
    }
    await turns()
    assert.deepEqual(larder.counts('cache.entry'), {
      acquired: 9,
      live: 0,
      success: 0,
      failure: 6,
      timeout: 0,
    })
    await larder.clock.advance(6_000)
    assert.equal(larder.counts('cache.entry').timeout, 3)
  })

  it('is counted as retired until it has ended', async () => {
    const end = pending<void>()
    const cache = larder.cache({ sizeOf: ({ bytes }) => bytes, dispose: () => end.promise })
    cache.set('a', larder.jar(7))
    cache.delete('a')
    assert.deepEqual(cache.stats().retired, { entries: 1, bytes: 7 })
    assert.equal(cache.bytes, 0)
    const closed = cache.close()
    assert.equal(await stateOf(closed), 'pending')
    end.resolve()
    await closed
    assert.deepEqual(cache.stats().retired, { entries: 0, bytes: 0 })
  })

  it('finds the cache in order, and may use it', () => {
    let depth = 0
    const cache = larder.cache({
      maxEntries: 3,
      dispose: jar => {
        check(cache)
        assert.equal(depth++, 0, 'disposals are not called within one another')
        if (jar.id < 20) cache.set(`again ${jar.id}`, larder.jar())
        cache.delete(`k${jar.id + 1}`)
        check(cache)
        depth--
      },
    })
    for (let i = 0; i < 10; i++) cache.set(`k${i}`, larder.jar())
    check(cache)
    cache.clear()
    assert.equal(larder.counts('cache.entry').failure, 0)
    check(cache)
  })

  it('gets a signal that aborts when its time is over', async () => {
    let signal: AbortSignal | undefined
    const cache = larder.cache({
      disposeTimeoutMillis: 50,
      dispose: (_jar, _reason, given) => {
        signal = given
        return never()
      },
    })
    cache.set('a', larder.jar())
    cache.delete('a')
    assert.equal(signal!.aborted, false)
    await larder.clock.advance(50)
    assert.equal(signal!.aborted, true)
  })

  it('of many at once takes turns with the loop', async () => {
    const cache = larder.cache({ maxEntries: 5_000 })
    for (let i = 0; i < 5_000; i++) cache.set(`k${i}`, larder.jar())
    cache.clear()
    const begun = larder.jars.filter(({ ends }) => ends.length > 0).length
    assert.equal(begun, 1_000)
    await cache.close()
    assert(larder.jars.every(({ ends }) => ends.join() === 'cleared'))
  })

  it('is the registry’s to call in a drain of everything; the cache hands such a value out no more', async () => {
    const cache = larder.cache()
    const jars = [larder.jar(), larder.jar()]
    cache.set('a', jars[0]!)
    cache.set('b', jars[1]!)
    const lease = cache.lease('a')!
    const report = await larder.registry.drain()
    assert.equal(report.clean, true)
    assert.deepEqual(
      jars.map(({ ends }) => ends),
      [['closed'], ['closed']],
    )
    assert.deepEqual([cache.size, cache.get('a')], [0, undefined])
    assert.throws(() => lease.value, { code: 'ERR_LEASE_RELEASED' })
    cache.set('a', larder.jar())
    await cache.close()
    assert.deepEqual(cache.stats().retired, { entries: 0, bytes: 0 })
    check(cache)
  })
})

describe('a registry’s listener that uses the cache', () => {
  for (const [does, act] of [
    ['deletes', (cache: Cache<string, Jar>) => void cache.delete('a')],
    ['clears', (cache: Cache<string, Jar>) => cache.clear()],
    ['sets', (cache: Cache<string, Jar>) => void cache.set('b', { id: 9, bytes: 1, ends: [] })],
    ['closes', (cache: Cache<string, Jar>) => void cache.close()],
  ] as const) {
    it(`${does}: each value is there, or ended once`, async () => {
      const larder = new Larder()
      const cache = larder.cache({ maxEntries: 2 })
      const jars = [larder.jar(), larder.jar(), larder.jar()]
      cache.set('a', jars[0]!)
      let isIn = false
      larder.registry.on('acquire', () => {
        if (isIn) return
        isIn = true
        act(cache)
      })
      cache.set('a', jars[1]!)
      check(cache)
      if (does !== 'closes') {
        assert.equal(cache.peek('a'), jars[1])
        cache.set('c', jars[2]!)
        check(cache)
      }
      await cache.close()
      for (const { ends } of jars.slice(0, does === 'closes' ? 2 : 3)) assert.equal(ends.length, 1)
      check(cache)
    })
  }
})

describe('a loan', () => {
  it('is one before a registry’s listener hears of it, who may delete the value', async () => {
    const larder = new Larder()
    const cache = larder.cache()
    const jar = larder.jar()
    cache.set('a', jar)
    larder.registry.on('acquire', () => void cache.delete('a'))
    const lease = cache.lease('a')!
    assert.deepEqual([lease.value, jar.ends], [jar, []])
    await lease.release()
    assert.deepEqual(jar.ends, ['deleted'])
    await cache.close()
  })

  let larder: Larder
  beforeEach(() => {
    larder = new Larder()
  })

  it('keeps its value from disposal, though that has left the cache', async () => {
    const cache = larder.cache({ maxEntries: 1, sizeOf: ({ bytes }) => bytes })
    const jar = larder.jar(3)
    cache.set('a', jar)
    const one = cache.lease('a')!
    const two = cache.lease('a')!
    assert.equal(one.kind, 'cache.loan')
    cache.set('b', larder.jar())
    assert.deepEqual([jar.ends, one.value, cache.stats().retired], [[], jar, { entries: 1, bytes: 3 }])
    await one.release()
    assert.deepEqual(jar.ends, [])
    two[Symbol.dispose]()
    assert.deepEqual([jar.ends, cache.stats().retired.entries, cache.stats().loans], [['size'], 0, 0])
    assert.throws(() => two.value, { code: 'ERR_LEASE_RELEASED' })
    check(cache)
  })

  it('of a value that stays ends without its end', async () => {
    const cache = larder.cache()
    const jar = larder.jar()
    cache.set('a', jar)
    await cache.lease('a')!.release()
    assert.deepEqual([jar.ends, cache.get('a')], [[], jar])
    assert.equal(cache.lease('b'), undefined)
    const { hits, misses } = cache.stats()
    assert.deepEqual([hits, misses], [2, 1])
  })

  it('is waited for by close, also where nothing is disposed of', async () => {
    const cache = larder.of<Jar>()
    cache.set('a', larder.jar())
    const lease = cache.lease('a')!
    const closed = cache.close()
    assert.equal(await stateOf(closed), 'pending')
    await lease.release()
    await closed
  })
})

describe('close', () => {
  it('ends everything, and refuses what comes after', async () => {
    const larder = new Larder()
    const cache = larder.cache({ load: () => never() })
    const jar = larder.jar()
    cache.set('a', jar)
    const waiting = cache.fetch('b')
    const closed = cache.close()
    const again = cache.close()
    const refused = {
      code: 'ERR_CACHE_CLOSED',
      name: 'CacheError',
      message: 'cache "jars" is closed',
      cache: 'jars',
    }
    await assert.rejects(waiting, refused)
    assert.deepEqual(await closed, { clean: true, elapsedMillis: 0, remaining: 0, loans: 0 })
    assert.equal((await again).clean, true)
    assert.deepEqual(jar.ends, ['closed'])
    for (const call of [() => cache.get('a'), () => cache.set('a', larder.jar()), () => cache.lease('a')]) {
      assert.throws(call, refused)
    }
    await assert.rejects(cache.fetch('a'), refused)
    await assert.rejects(cache.fetchLease('a'), refused)
    assert.deepEqual(
      [cache.has('a'), cache.peek('a'), cache.delete('a'), cache.size],
      [false, undefined, false, 0],
    )
    check(cache)
  })

  it('waits so long and no longer for what never comes back, and tells of it', async () => {
    const larder = new Larder()
    const cache = larder.cache()
    const jar = larder.jar()
    cache.set('a', jar)
    const lease = cache.lease('a')!
    const closed = cache.close()
    await larder.clock.advance(9_999)
    assert.equal(await stateOf(closed), 'pending')
    await larder.clock.advance(1)
    assert.deepEqual(await closed, { clean: false, elapsedMillis: 10_000, remaining: 1, loans: 1 })
    assert.deepEqual(jar.ends, [])
    assert.equal((await cache.close({ timeoutMillis: 0 })).clean, false)
    const again = cache.close({ timeoutMillis: 60_000 })
    await lease.release()
    assert.deepEqual([(await again).clean, jar.ends], [true, ['closed']])
    await assert.rejects(cache.close({ timeoutMillis: -1 }), {
      code: 'ERR_CONFIG',
      message: /^cache "jars"\.close: timeoutMillis must be /,
    })
  })
})
