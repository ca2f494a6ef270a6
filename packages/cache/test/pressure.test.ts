import assert from 'node:assert/strict'
import { execFile } from 'node:child_process'
import { fileURLToPath } from 'node:url'
import { promisify } from 'node:util'
import { MemoryPressureMonitor, type PressureLevel } from '@leasehold/core'
import { check, Larder, turns } from './larder.ts'

const run = promisify(execFile)

describe('a cache when memory is short', () => {
  let larder: Larder
  let level: PressureLevel
  let monitor: MemoryPressureMonitor
  beforeEach(() => {
    larder = new Larder()
    level = 'nominal'
    const { clock } = larder
    monitor = new MemoryPressureMonitor({ clock, sources: [{ name: 'test', read: () => level }] })
  })

  it('is trimmed to 75 %, to 25 % without admissions, again while it lasts, and then let in again', async () => {
    const cache = larder.cache({ maxEntries: 1_000, pressure: monitor })
    for (let i = 0; i < 1_000; i++) cache.set(`k${i}`, larder.jar())
    level = 'warning'
    await larder.clock.advance(250)
    await turns(50)
    assert.equal(cache.size, 750)
    assert.equal(cache.set('more', larder.jar()), true)
    level = 'critical'
    await larder.clock.advance(250)
    await turns(50)
    assert.equal(cache.size, 187)
    const refused = larder.jar()
    assert.equal(cache.set('refused', refused), false)
    assert.deepEqual(refused.ends, ['pressure'])
    await larder.clock.advance(2_000)
    await turns(50)
    assert.equal(cache.size, 46)
    level = 'nominal'
    await larder.clock.advance(2_500)
    assert.equal(cache.set('again', larder.jar()), true)
    assert.equal(cache.stats().evictions.pressure, 1_000 + 1 - 46 + 1)
    check(cache)
    await cache.close()
    await larder.clock.advance(300)
    assert.equal(larder.clock.pending, 0, 'nobody listens, nothing polls')
  })

  it('serves a little when it has been emptied, however long memory stays short', async () => {
    const cache = larder.of<number>({ maxEntries: 10_000, pressure: monitor })
    for (let i = 0; i < 6_400; i++) cache.set(`k${i}`, i)
    level = 'critical'
    await larder.clock.advance(250)
    await turns(50)
    assert.equal(cache.size, 1_600)
    assert.equal(cache.set('refused', 1), false)
    await larder.clock.advance(2_000 * 3)
    await turns(50)
    assert.equal(cache.size, 25)
    for (let i = 0; i < 200; i++) cache.set(`served${i}`, i)
    assert.equal(cache.size, 100, 'a 64th of what it held')
    await larder.clock.advance(2_000)
    await turns(50)
    assert.equal(cache.size, 25)
    check(cache)
  })

  it('one that is made then begins with little, also by bytes', () => {
    level = 'critical'
    monitor.check()
    const few = larder.of<number>({ maxEntries: 1_000, pressure: monitor })
    for (let i = 0; i < 100; i++) few.set(`k${i}`, i)
    assert.equal(few.size, 16)
    const small = larder.of<string>({ maxBytes: 1_000_000, pressure: monitor })
    for (let i = 0; i < 100; i++) small.set(`k${i}`, 'x'.repeat(512))
    assert.equal(small.bytes, 16 * 1024)
    assert.equal(small.set('k0', 'y'), false, 'what replaces is one more until it has')
    assert.equal(small.has('k0'), false)
  })

  it('goes by bytes where those are limited, and relieve does it at once', () => {
    const cache = larder.of<string>({ maxBytes: 1_000, pressure: monitor })
    for (let i = 0; i < 10; i++) cache.set(`k${i}`, 'x'.repeat(50))
    monitor.relieve()
    assert.equal(cache.bytes, 200)
    assert.equal(cache.stats().evictions.pressure, 8)
  })

  it('all of many caches are trimmed, in turns', async () => {
    const caches = Array.from({ length: 200 }, () => larder.cache({ maxEntries: 100, pressure: monitor }))
    for (const cache of caches) for (let i = 0; i < 100; i++) cache.set(`k${i}`, larder.jar())
    level = 'critical'
    await larder.clock.advance(250)
    await turns(200)
    assert.deepEqual(new Set(caches.map(({ size }) => size)), new Set([25]))
    for (const cache of caches) await cache.close()
  })

  it('a program that does not let the loop turn is heard too', () => {
    const now = { value: 0 }
    const clock = { now: () => now.value, setTimeout: () => 0, clearTimeout: () => {} }
    const busy = new MemoryPressureMonitor({ clock, sources: [{ name: 'test', read: () => level }] })
    const cache = larder.of<number>({ maxEntries: 5_000, pressure: busy })
    level = 'critical'
    let refused = 0
    for (let i = 0; i < 3_000; i++, now.value++) if (!cache.set(`k${i}`, i)) refused++
    assert(refused > 1_000, `${refused} refused`)
  })

  it('does not grow while memory is short: what is let in displaces as much, in one turn of the loop too', async () => {
    const cache = larder.of<number>({ maxEntries: 5_000, pressure: monitor })
    for (let i = 0; i < 1_000; i++) cache.set(`k${i}`, i)
    level = 'warning'
    await larder.clock.advance(250)
    await turns(50)
    for (let i = 1_000; i < 3_000; i++) assert(cache.set(`k${i}`, i))
    assert(cache.size < 750 + 128, `${cache.size} of 750`)
    level = 'nominal'
    await larder.clock.advance(2_500)
    for (let i = 3_000; i < 7_000; i++) cache.set(`k${i}`, i)
    assert(cache.size > 4_000, `${cache.size}`)
    check(cache)
    await cache.close()
  })

  it('one that lets nothing turn is trimmed all the same', () => {
    const now = { value: 0 }
    const clock = { now: () => now.value, setTimeout: () => 0, clearTimeout: () => {} }
    const busy = new MemoryPressureMonitor({ clock, sources: [{ name: 'test', read: () => level }] })
    const cache = larder.of<number>({ maxEntries: 500_000, pressure: busy })
    for (let i = 0; i < 200_000; i++) cache.set(`k${i}`, i)
    level = 'warning'
    const until = performance.now() + 8_000
    let sets = 0
    do {
      for (let i = 0; i < 128; i++) cache.set(`m${sets++}`, i)
      now.value += 11
    } while (cache.stats().evictions.pressure < 50_000 && performance.now() < until)
    assert(cache.stats().evictions.pressure >= 50_000)
    check(cache)
  }).timeout(20_000)

  it('survives a heap of 64 MB that is filled without an end, where a Map dies', async function () {
    this.timeout(120_000)
    const program = fileURLToPath(new URL('programs/small-heap.ts', import.meta.url))
    const flags = ['--max-old-space-size=64', '--conditions=leasehold-source', '--import=tsx']
    for (const turning of ['turning', 'busy']) {
      const { stdout } = await run(process.execPath, [...flags, program, 'cache', '2000', turning])
      const { sets, pressed, hitRateAfter } = JSON.parse(stdout) as Record<string, number>
      assert(sets! > 10_000 && pressed! > 0, stdout)
      // With nothing that makes V8 collect: the program waits for that, and prints how long it took.
      assert(hitRateAfter! > 0.9, stdout)
    }
    await assert.rejects(run(process.execPath, [...flags, program, 'map', '60000']))
  })
})
