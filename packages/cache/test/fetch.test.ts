import assert from 'node:assert/strict'
import { getEventListeners } from 'node:events'
import type { Cache } from '../src/index.ts'
import { check, Larder, never, pending, stateOf, turns, type Jar } from './larder.ts'

describe('fetch', () => {
  let larder: Larder
  beforeEach(() => {
    larder = new Larder()
  })

  it('loads once for all that ask meanwhile, and then has it', async () => {
    const answer = pending<number>()
    let loads = 0
    const cache = larder.of<number>({
      load: () => {
        loads++
        return answer.promise
      },
    })
    const asked = [cache.fetch('a'), cache.fetch('a'), cache.fetch('a')]
    answer.resolve(7)
    assert.deepEqual(await Promise.all(asked), [7, 7, 7])
    assert.equal(await cache.fetch('a'), 7)
    assert.equal(loads, 1)
    const { hits, misses, loads: counted } = cache.stats()
    assert.deepEqual([hits, misses, counted], [1, 3, { started: 1, failed: 0, inFlight: 0 }])
    check(cache)
  })

  it('takes what a synchronous load answers, undefined too', async () => {
    const cache = larder.of<string | undefined>({ load: key => (key === 'none' ? undefined : key + '!') })
    assert.equal(await cache.fetch('a'), 'a!')
    assert.equal(await cache.fetch('none'), undefined)
    assert.equal(cache.has('none'), true)
  })

  it('rejects with what load failed with, to all, and forgets it', async () => {
    const error = new Error('no')
    let loads = 0
    const cache = larder.of<number>({
      load: () => {
        if (loads++ === 0) throw error
        return 1
      },
    })
    await assert.rejects(cache.fetch('a'), thrown => thrown === error)
    assert.equal(await cache.fetch('a'), 1)
    assert.deepEqual(cache.stats().loads, { started: 2, failed: 1, inFlight: 0 })
  })

  it('needs load', async () => {
    const cache = larder.of<number>()
    cache.set('a', 1)
    await assert.rejects(cache.fetch('a'), {
      code: 'ERR_CONFIG',
      message: 'cache "things": load must be a function, as fetch is called, got undefined',
    })
  })

  it('one caller’s abort leaves the load to the others; nothing is left at the signals', async () => {
    const answer = pending<number>()
    let signal!: AbortSignal
    const cache = larder.of<number>({
      load: (_key, given) => {
        signal = given
        return answer.promise
      },
    })
    const [one, two] = [new AbortController(), new AbortController()]
    const first = cache.fetch('a', { signal: one.signal })
    const second = cache.fetch('a', { signal: two.signal })
    one.abort(new Error('enough'))
    await assert.rejects(first, { message: 'enough' })
    assert.equal(signal.aborted, false)
    answer.resolve(3)
    assert.equal(await second, 3)
    for (const each of [one, two]) assert.equal(getEventListeners(each.signal, 'abort').length, 0)
    assert.equal(getEventListeners(signal, 'abort').length, 0)
  })

  it('the last caller’s abort aborts the load; the next fetch loads anew', async () => {
    const signals: AbortSignal[] = []
    const late = pending<Jar>()
    const cache = larder.cache({
      load: (_key, signal) => {
        signals.push(signal)
        return signals.length === 1 ? late.promise : larder.jar()
      },
    })
    const controller = new AbortController()
    const first = cache.fetch('a', { signal: controller.signal })
    controller.abort(new Error('enough'))
    await assert.rejects(first, { message: 'enough' })
    assert.equal(signals[0]!.aborted, true)
    const jar = await cache.fetch('a')
    const unwanted = larder.jar()
    late.resolve(unwanted)
    await turns()
    assert.deepEqual([cache.get('a'), jar.ends, unwanted.ends], [jar, [], ['deleted']])
    assert.deepEqual(cache.stats().loads, { started: 2, failed: 0, inFlight: 0 })
    check(cache)
  })

  it('rejects at once under a signal that is aborted, and counts nothing', async () => {
    const cache = larder.of<number>({ load: () => assert.fail('not to be loaded') })
    await assert.rejects(cache.fetch('a', { signal: AbortSignal.abort(new Error('before')) }), {
      message: 'before',
    })
    assert.deepEqual([cache.stats().misses, cache.stats().loads.started], [0, 0])
  })

  for (const [call, reason] of [
    ['set', 'replaced'],
    ['delete', 'deleted'],
    ['clear', 'cleared'],
  ] as const) {
    it(`${call} during a load detaches it: its callers have its value, the cache has not`, async () => {
      const answer = pending<Jar>()
      let loads = 0
      const cache = larder.cache({
        load: () => (loads++ === 0 ? answer.promise : larder.jar()),
      })
      const asked = cache.fetch('a')
      const own = larder.jar()
      if (call === 'set') cache.set('a', own)
      else if (call === 'delete') cache.delete('a')
      else cache.clear()
      const stale = larder.jar()
      answer.resolve(stale)
      assert.equal(await asked, stale)
      assert.deepEqual(stale.ends, [], 'it is its caller’s')
      assert.equal(cache.peek('a'), call === 'set' ? own : undefined)
      await cache.fetch('a')
      assert.equal(loads, call === 'set' ? 1 : 2)
      check(cache)
      // With only a lease out, or nobody, it is the cache's to end.
      const [leased, unasked] = [pending<Jar>(), pending<Jar>()]
      const answers = [leased, unasked]
      const other = larder.cache({ load: () => answers.shift()!.promise })
      const lease = other.fetchLease('a')
      if (call === 'set') other.set('a', larder.jar())
      else if (call === 'delete') other.delete('a')
      else other.clear()
      leased.resolve(stale)
      const held = await lease
      assert.equal(held.value, stale)
      assert.deepEqual(stale.ends, [])
      await held.release()
      assert.deepEqual(stale.ends, [reason])
      check(other)
    })
  }

  it('a value that is too large is its callers’', async () => {
    const jar = larder.jar(100)
    const cache = larder.cache({ maxBytes: 10, sizeOf: ({ bytes }) => bytes, load: () => jar })
    assert.equal(await cache.fetch('a'), jar)
    assert.deepEqual([jar.ends, cache.size], [[], 0])
    const lease = await cache.fetchLease('a')
    assert.deepEqual([lease.value, jar.ends, cache.stats().retired.bytes], [jar, [], 100])
    await lease.release()
    assert.deepEqual(jar.ends, ['bytes'])
    check(cache)
  })

  it('is lent by fetchLease, from the cache too', async () => {
    const cache = larder.cache({ maxEntries: 1, load: () => larder.jar() })
    const first = await cache.fetchLease('a')
    const again = await cache.fetchLease('a')
    assert.equal(first.value, again.value)
    await cache.fetch('b')
    assert.deepEqual(first.value.ends, [])
    await first.release()
    const { value } = again
    await again.release()
    assert.deepEqual(value.ends, ['size'])
  })

  it('a load that takes too long is given up, told so, and what it makes is ended', async () => {
    const answer = pending<Jar>()
    let signal!: AbortSignal
    const cache = larder.cache({
      loadTimeoutMillis: 100,
      load: (_key, given) => {
        signal = given
        return answer.promise
      },
    })
    const asked = cache.fetch('a')
    assert.equal(await stateOf(asked), 'pending')
    const refused = assert.rejects(asked, {
      code: 'ERR_CACHE_LOAD_TIMEOUT',
      message: 'cache "jars": load timed out after 100 ms',
      elapsedMillis: 100,
    })
    await larder.clock.advance(100)
    await refused
    assert.equal(signal.aborted, true)
    const jar = larder.jar()
    answer.resolve(jar)
    await turns()
    assert.deepEqual([jar.ends, cache.size], [['expired'], 0])
    assert.equal(cache.stats().loads.failed, 1)
    check(cache)
  })

  it('is repeated with a back-off, within its time', async () => {
    const { clock } = larder
    let loads = 0
    const failsTwice = larder.of<number>({
      loadAttempts: 3,
      load: () => (++loads < 3 ? Promise.reject(new Error('not yet')) : loads),
    })
    const asked = failsTwice.fetch('a')
    await clock.advance(2_000)
    assert.equal(await asked, 3)
    const failsEver = larder.of<number>({
      loadAttempts: 2,
      load: () => Promise.reject(new Error(`no ${++loads}`)),
    })
    const refused = assert.rejects(failsEver.fetch('a'), { message: 'no 5' })
    await clock.advance(2_000)
    await refused
    assert.equal(clock.pending, 0)
  })

  it('a failure is remembered for negativeTtlMillis, an abort is not', async () => {
    let loads = 0
    const cache = larder.of<number>({
      negativeTtlMillis: 100,
      load: () => (++loads === 1 ? Promise.reject(new Error('no')) : loads),
    })
    await assert.rejects(cache.fetch('a'), { message: 'no' })
    await assert.rejects(cache.fetch('a'), { message: 'no' })
    assert.equal(loads, 1)
    assert.equal(cache.has('a'), false)
    await larder.clock.advance(100)
    assert.equal(await cache.fetch('a'), 2)
    const hanging = larder.of<number>({
      negativeTtlMillis: 100,
      load: () => (++loads === 3 ? never() : loads),
    })
    const controller = new AbortController()
    const aborted = hanging.fetch('b', { signal: controller.signal })
    controller.abort()
    await assert.rejects(aborted, { name: 'AbortError' })
    assert.equal(await hanging.fetch('b'), 4)
  })

  it('a set and a delete forget a remembered failure', async () => {
    let fails = true
    const cache = larder.of<number>({
      negativeTtlMillis: 100,
      load: () => (fails ? Promise.reject(new Error('no')) : 1),
    })
    await assert.rejects(cache.fetch('a'))
    fails = false
    cache.delete('a')
    assert.equal(await cache.fetch('a'), 1)
  })

  it('a stale value is given at once, and loaded anew behind', async () => {
    const answers: ((value: number) => void)[] = []
    const cache = larder.of<number>({
      ttlMillis: 100,
      staleWhileRevalidateMillis: 50,
      load: () => new Promise<number>(resolve => answers.push(resolve)),
    })
    cache.set('a', 1)
    await larder.clock.advance(120)
    assert.deepEqual([cache.get('a'), await cache.fetch('a'), cache.has('a')], [1, 1, true])
    assert.equal(answers.length, 1)
    answers[0]!(2)
    await turns()
    assert.equal(cache.get('a'), 2)
    const { hits, stale, misses } = cache.stats()
    assert.deepEqual([hits, stale, misses], [1, 2, 0])
    await larder.clock.advance(150)
    assert.equal(cache.get('a'), undefined)
    assert.equal(cache.stats().evictions.expired, 1)
    check(cache)
  })

  it('a refresh that fails leaves the stale value, until its time is over', async () => {
    const cache = larder.of<number>({
      ttlMillis: 100,
      staleWhileRevalidateMillis: 50,
      load: () => Promise.reject(new Error('down')),
    })
    cache.set('a', 1)
    await larder.clock.advance(100)
    assert.equal(await cache.fetch('a'), 1)
    await turns()
    assert.equal(await cache.fetch('a'), 1)
    await larder.clock.advance(50)
    await assert.rejects(cache.fetch('a'), { message: 'down' })
  })

  it('a sizeOf that throws costs the entry, not its callers', async () => {
    const cache = larder.cache({
      sizeOf: () => {
        throw new Error('of no size')
      },
      load: () => larder.jar(),
    })
    const jar = await cache.fetch('a')
    assert.deepEqual([jar.ends, cache.size], [[], 0])
    assert.throws(() => cache.set('b', larder.jar()), { message: 'of no size' })
    check(cache)
  })

  it('load may use the cache', async () => {
    const cache: Cache<string, number> = larder.of<number>({
      maxEntries: 3,
      load: async (key): Promise<number> => {
        if (key === '0') return 0
        const before = await cache.fetch(String(Number(key) - 1))
        cache.set('latest', before)
        return before + 1
      },
    })
    assert.equal(await cache.fetch('20'), 20)
    check(cache)
  })
})
