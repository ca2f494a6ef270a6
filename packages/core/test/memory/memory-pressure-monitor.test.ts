import assert from 'node:assert/strict'
import {
  leaseTelemetry,
  MemoryPressureMonitor,
  type PressureLevel,
  type PressureSource,
} from '../../src/index.ts'
import { heapSource } from '../../src/memory/heap-source.ts'
import { METRICS } from '../../src/memory/names.generated.ts'
import { MetricsSdk } from '../telemetry/sdk.ts'
import { FakeClock } from '../fake-clock.ts'

describe('the memory pressure monitor', () => {
  let clock: FakeClock
  let level: PressureLevel
  let source: PressureSource
  beforeEach(() => {
    clock = new FakeClock()
    level = 'nominal'
    source = { name: 'test', read: () => level }
  })

  it('rises at once, falls after the cool-down, and tells what lasts', async () => {
    const monitor = new MemoryPressureMonitor({ clock, sources: [source] })
    const told: string[] = []
    monitor.on('change', ({ level, previous }) => void told.push(`${previous} → ${level}`))
    monitor.on('persist', ({ level }) => void told.push(`still ${level}`))
    level = 'warning'
    await clock.advance(250)
    level = 'critical'
    await clock.advance(250)
    level = 'nominal'
    await clock.advance(1_750)
    assert.deepEqual(told, ['nominal → warning', 'warning → critical'])
    await clock.advance(500)
    assert.equal(told.at(-1), 'critical → nominal')
    level = 'warning'
    await clock.advance(4_500)
    assert.deepEqual(told.slice(3), ['nominal → warning', 'still warning', 'still warning'])
  })

  it('asks only while somebody listens', async () => {
    let reads = 0
    const monitor = new MemoryPressureMonitor({
      clock,
      sources: [
        {
          name: 'counted',
          read: () => {
            reads++
            return 'nominal'
          },
        },
      ],
    })
    assert.equal(clock.pending, 0)
    const listening = monitor.on('change', () => {})
    await clock.advance(1_000)
    assert.equal(reads, 4)
    listening[Symbol.dispose]()
    assert.equal(clock.pending, 0)
    await clock.advance(250)
    monitor.check()
    monitor.check()
    assert.equal(reads, 5)
  })

  it('takes the worst of its sources; one that throws is not felt, nor a listener that does', async () => {
    const broken = {
      name: 'broken',
      read: (): never => {
        throw new Error('no')
      },
    }
    const unknown = { name: 'unknown', read: () => 'Critical' as never }
    const monitor = new MemoryPressureMonitor({ clock, sources: [broken, unknown, source, heapSource()] })
    let relieved = 0
    monitor.on('change', () => {
      throw new Error('no matter')
    })
    monitor.on('relieve', () => void relieved++)
    level = 'critical'
    await clock.advance(250)
    monitor.relieve()
    assert.deepEqual([monitor.level, monitor.listenerErrors, relieved], ['critical', 1, 1])
  })

  it('does not greet who comes long after with the level of when the last one left', async () => {
    const monitor = new MemoryPressureMonitor({ clock, sources: [source] })
    level = 'critical'
    const first = monitor.on('change', () => {})
    await clock.advance(250)
    first[Symbol.dispose]()
    level = 'nominal'
    await clock.advance(60_000)
    assert.equal(monitor.level, 'critical', 'nobody has looked')
    monitor.on('change', () => {})
    assert.equal(monitor.level, 'nominal')
  })

  it('does not flap: what comes and goes is what it is at its worst, told every two seconds', async () => {
    const monitor = new MemoryPressureMonitor({ clock, sources: [source] })
    const told: string[] = []
    monitor.on('change', event => void told.push(event.level))
    monitor.on('persist', event => void told.push(`still ${event.level}`))
    for (let i = 0; i < 40; i++) {
      level = i % 2 === 0 ? 'critical' : 'nominal'
      await clock.advance(250)
    }
    assert.deepEqual(told, ['critical', ...Array.from({ length: 4 }, () => 'still critical')])
  })

  it('is started and stopped by who listens, as often as that happens, with one timer at most', async () => {
    const monitor = new MemoryPressureMonitor({ clock, sources: [source] })
    for (let i = 0; i < 100; i++) {
      const listening = Array.from({ length: 3 }, () => monitor.on('change', () => {}))
      assert.equal(clock.pending, 1)
      if (i % 2 === 0) await clock.advance(300)
      for (const each of listening) {
        each[Symbol.dispose]()
        each[Symbol.dispose]()
      }
      assert.equal(clock.pending, 0)
    }
  })

  it('when asked sees at once what an instant source says is worse, and every ten milliseconds what others say', async () => {
    let now = 0
    let slow: PressureLevel = 'nominal'
    const monitor = new MemoryPressureMonitor({
      clock: { now: () => now, setTimeout: () => 0, clearTimeout: () => {} },
      sources: [
        { name: 'quick', isInstant: true, read: () => level },
        { name: 'slow', read: () => slow },
      ],
    })
    monitor.check()
    slow = 'critical'
    now = 1
    assert.equal(monitor.check(), 'nominal')
    level = 'warning'
    assert.equal(monitor.check(), 'nominal', 'it was asked within a millisecond')
    now = 2
    assert.equal(monitor.check(), 'warning')
    now = 10
    assert.equal(monitor.check(), 'critical')
    slow = level = 'nominal'
    now = 11
    assert.equal(monitor.check(), 'critical', 'what is less is for all of them to say')
  })

  it('its metric is the registry’s', async () => {
    using sdk = new MetricsSdk()
    leaseTelemetry().refresh()
    const monitor = new MemoryPressureMonitor({ clock, sources: [source] })
    level = 'critical'
    assert.equal(monitor.check(), 'critical')
    const { descriptor, dataPoints } = (await sdk.collect()).get('leasehold.memory.pressure.level')!
    const [metric] = METRICS
    assert.deepEqual([descriptor.name, descriptor.unit], [metric!.name, metric!.unit])
    assert.deepEqual(
      dataPoints.map(({ value }) => value),
      [2],
    )
    assert.deepEqual(Object.keys(dataPoints[0]!.attributes), metric!.attributes)
    level = 'nominal'
    await clock.advance(2_000)
    assert.equal(monitor.check(), 'nominal')
  })

  it('refuses options that are wrong', () => {
    for (const [options, message] of [
      [{ pollMillis: 0 }, /pollMillis must be a number of milliseconds/],
      [
        { sources: [{}] },
        'memory pressure monitor: sources must be an array of { name, read() }, got an array',
      ],
      [{ sorces: [] }, 'memory pressure monitor: unknown option "sorces"; did you mean "sources"?'],
    ] as const) {
      assert.throws(() => new MemoryPressureMonitor(options as never), { code: 'ERR_CONFIG', message })
    }
  })
})
