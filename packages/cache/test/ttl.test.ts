import assert from 'node:assert/strict'
import { check, Larder } from './larder.ts'

describe('time-outs of entries', () => {
  let larder: Larder
  beforeEach(() => {
    larder = new Larder()
  })

  it('end what was set, of the cache or of the entry', async () => {
    const cache = larder.of<number>({ ttlMillis: 100 })
    cache.set('a', 1)
    cache.set('short', 2, { ttlMillis: 10 })
    cache.set('ever', 3, { ttlMillis: Infinity })
    await larder.clock.advance(10)
    assert.deepEqual([cache.get('a'), cache.has('short'), cache.peek('short')], [1, false, undefined])
    assert.equal(cache.get('short'), undefined)
    await larder.clock.advance(90)
    assert.deepEqual([cache.get('a'), cache.get('ever')], [undefined, 3])
    assert.equal(cache.stats().evictions.expired, 2)
    assert.deepEqual([...cache.entries()], [['ever', 3]])
    check(cache)
  })

  it('begin anew with each set, of the same value too', async () => {
    const cache = larder.cache({ ttlMillis: 100 })
    const jar = larder.jar()
    cache.set('a', jar)
    await larder.clock.advance(99)
    cache.set('a', jar)
    await larder.clock.advance(99)
    assert.deepEqual([cache.get('a'), jar.ends], [jar, []])
  })

  it('are counted as expired, whoever notices', async () => {
    const cache = larder.cache({ ttlMillis: 10, maxEntries: 1 })
    const jars = [larder.jar(), larder.jar()]
    cache.set('a', jars[0]!)
    await larder.clock.advance(10)
    cache.set('b', jars[1]!)
    assert.deepEqual(jars[0]!.ends, ['expired'])
    await larder.clock.advance(10)
    assert.equal(cache.delete('b'), false)
    assert.deepEqual(jars[1]!.ends, ['expired'])
  })

  it('free what nobody asks for', async () => {
    const cache = larder.cache({ ttlMillis: 100 })
    const jars = Array.from({ length: 50 }, () => larder.jar())
    jars.forEach((jar, i) => cache.set(`k${i}`, jar))
    await larder.clock.advance(1_000)
    assert.equal(cache.size, 0)
    assert(jars.every(({ ends }) => ends.join() === 'expired'))
    assert.equal(larder.clock.pending, 0)
    check(cache)
  })

  it('a refresh that uses the cache at once leaves the caller what it asked for', async () => {
    const cache = larder.cache({
      maxEntries: 1,
      ttlMillis: 10,
      staleWhileRevalidateMillis: 100,
      load: key => {
        cache.delete(key)
        cache.set('other', larder.jar())
        return larder.jar()
      },
    })
    const jar = larder.jar()
    cache.set('a', jar)
    await larder.clock.advance(20)
    assert.equal(cache.get('a'), jar)
    const lent = larder.jar()
    cache.set('b', lent)
    await larder.clock.advance(20)
    const lease = cache.lease('b')!
    assert.equal(lease.value, lent)
    assert.deepEqual(lent.ends, [])
    await lease.release()
    await cache.close()
    assert.equal(lent.ends.length, 1)
  })
})
