import assert from 'node:assert/strict'
import {
  leaseTelemetry,
  MemoryPressureMonitor,
  type PressureLevel,
  type PressureSource,
} from '../../src/index.ts'
import { cgroupSource } from '../../src/memory/cgroup-source.ts'
import { heapSource } from '../../src/memory/heap-source.ts'
import { processSource } from '../../src/memory/process-source.ts'
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
    const monitor = new MemoryPressureMonitor({ clock, sources: [broken, source, heapSource()] })
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

describe('sources of memory pressure', () => {
  it('the heap, against its limit', () => {
    const at = (used: number): string =>
      heapSource(() => ({ used_heap_size: used * 2 ** 20, heap_size_limit: 148 * 2 ** 20 })).read()
    assert.deepEqual([50, 75, 88].map(at), ['nominal', 'warning', 'critical'])
  })

  it('a cgroup: its working set without what can be dropped, its limit run into, a process of it killed', () => {
    const files: Record<string, string> = {
      'memory.max': '1000\n',
      'memory.current': '990\n',
      'memory.stat': 'anon 1\ninactive_file 400\n',
      'memory.events': 'high 0\nmax 0\noom_kill 0\n',
    }
    const source = cgroupSource(name => {
      const text = files[name]
      if (text === undefined) throw new Error(name)
      return text
    })!
    assert.equal(source.read(), 'nominal')
    files['memory.stat'] = 'inactive_file 100\n'
    assert.equal(source.read(), 'warning')
    files['memory.stat'] = 'inactive_file 0\n'
    assert.equal(source.read(), 'critical')
    files['memory.max'] = 'max\n'
    assert.equal(source.read(), 'nominal')
    files['memory.events'] = 'high 0\nmax 3\noom_kill 0\n'
    assert.equal(source.read(), 'warning')
    files['memory.events'] = 'high 0\nmax 3\noom_kill 1\n'
    assert.equal(source.read(), 'critical')
    files['memory.pressure'] = 'some avg10=0.00 avg60=0.00 avg300=0.00 total=0\n'
    source.read()
    files['memory.pressure'] = 'some avg10=90.00 avg60=0.00 avg300=0.00 total=999999999\n'
    assert.equal(source.read(), 'critical')
  })

  it('the process against its limit, and the machine', () => {
    const at = (rss: number, constrained: number, available: number | undefined): string =>
      processSource(() => ({ rss, constrained, available, total: 1_000 })).read()
    assert.equal(at(90, 100, 500), 'warning')
    assert.equal(at(96, 100, 500), 'critical')
    assert.equal(at(90, 2 ** 60, undefined), 'nominal')
    assert.equal(at(90, 0, 100), 'warning')
  })
})
