import assert from 'node:assert/strict'
import { execFile } from 'node:child_process'
import { fileURLToPath } from 'node:url'
import { promisify } from 'node:util'
import { context, trace } from '@opentelemetry/api'
import sinon from 'sinon'
import { leaseTelemetry, MemoryPressureMonitor, onPressure, type PressureLevel } from '../../src/index.ts'
import { FakeClock } from '../fake-clock.ts'
import { programFlags } from '../program-flags.ts'
import { EVENT_MEMORY_PRESSURE, EVENT_MEMORY_PRESSURE_ATTRIBUTES } from '../../src/memory/names.generated.ts'
import { MetricsSdk, TracingSdk } from '../telemetry/sdk.ts'

const run = promisify(execFile)

describe('a memory pressure monitor whose listeners do what they like', () => {
  let clock: FakeClock
  let level: PressureLevel
  let monitor: MemoryPressureMonitor
  beforeEach(() => {
    clock = new FakeClock()
    level = 'nominal'
    monitor = new MemoryPressureMonitor({ clock, sources: [{ name: 'test', read: () => level }] })
  })
  afterEach(async () => {
    // The metric is of the worst of all monitors that there are.
    level = 'nominal'
    await clock.advance(5_000)
    assert.equal(monitor.check(), 'nominal')
  })

  it('tells everybody in the same order, though one makes it look again', async () => {
    let isFirst = true
    monitor.on('change', () => {
      if (!isFirst) return
      isFirst = false
      // What it does takes long, and memory becomes shorter meanwhile.
      level = 'critical'
      clock.skip(50)
      monitor.check()
    })
    const told: string[] = []
    monitor.on('change', event => void told.push(event.level))
    level = 'warning'
    await clock.advance(250)
    assert.deepEqual(told, ['warning'])
    await clock.advance(250)
    assert.deepEqual(told, ['warning', 'critical'])
    assert.equal(monitor.level, 'critical')
  })

  it('relieves once, though two listeners ask for it again', () => {
    let calls = 0
    for (let i = 0; i < 2; i++) {
      monitor.on('relieve', () => {
        calls++
        monitor.relieve()
      })
    }
    monitor.relieve()
    assert.equal(calls, 2)
    monitor.relieve()
    assert.equal(calls, 4)
    assert.equal(monitor.listenerErrors, 0)
  })

  it('falls to the highest level of the cool-down, not to the last one', async () => {
    const told: string[] = []
    monitor.on('change', event => void told.push(event.level))
    level = 'critical'
    await clock.advance(250)
    level = 'warning'
    await clock.advance(1_750)
    level = 'nominal'
    await clock.advance(250)
    assert.deepEqual(told, ['critical', 'warning'])
    await clock.advance(2_000)
    assert.deepEqual(told, ['critical', 'warning', 'nominal'])
  })

  it('goes on when a listener leaves, comes, or ends the listening, while it is told', async () => {
    const told: string[] = []
    const first = monitor.on('change', () => {
      first[Symbol.dispose]()
      first[Symbol.dispose]()
      monitor.on('change', () => void told.push('later'))
    })
    level = 'warning'
    await clock.advance(250)
    assert.deepEqual([told, clock.pending], [[], 1])
    level = 'critical'
    await clock.advance(250)
    assert.deepEqual([told, clock.pending], [['later'], 1])
  })

  it('begins and ends ten thousand times with one timer at most', async () => {
    for (let i = 0; i < 10_000; i++) {
      using _ = monitor.on('change', () => {})
      assert.equal(clock.pending, 1)
    }
    assert.equal(clock.pending, 0)
    await clock.advance(1_000)
    assert.equal(clock.pending, 0)
  })

  it('has three listeners for ten thousand owners, and one that throws keeps nobody from hearing', async () => {
    const on = sinon.spy(monitor, 'on')
    const heard: string[] = []
    const owners = Array.from({ length: 10_000 }, (_, i) => ({ i }))
    const listening = owners.map(owner =>
      onPressure(monitor, owner, ({ i }, call) => {
        if (i === 0) throw new Error('no matter')
        if (i === 9_999) heard.push(call)
      }),
    )
    assert.equal(on.callCount, 3)
    level = 'warning'
    await clock.advance(250)
    monitor.relieve()
    assert.deepEqual([heard, monitor.listenerErrors], [['warning', 'relieve'], 2])
    for (const each of listening) each[Symbol.dispose]()
    assert.equal(clock.pending, 0)
    using _ = onPressure(monitor, owners[9_999]!, (_, call) => void heard.push(call))
    assert.equal(clock.pending, 1)
    monitor.relieve()
    assert.equal(heard.length, 3)
  })

  it('its metric is of now, also when nobody listens any more', async () => {
    using sdk = new MetricsSdk()
    leaseTelemetry().refresh()
    const listening = monitor.on('change', () => {})
    level = 'critical'
    await clock.advance(250)
    listening[Symbol.dispose]()
    const metric = async (): Promise<unknown> =>
      (await sdk.collect()).get('leasehold.memory.pressure.level')?.dataPoints[0]?.value
    assert.equal(await metric(), 2)
    level = 'nominal'
    await clock.advance(60_000)
    assert.equal(await metric(), 0)
  })

  it('leaves an event of the registry on the span that looks, or relieves', () => {
    using sdk = new TracingSdk()
    const span = trace.getTracer('test').startSpan('request')
    level = 'warning'
    context.with(trace.setSpan(context.active(), span), () => {
      monitor.check()
      monitor.relieve()
    })
    span.end()
    const [{ events }] = sdk.spans as [(typeof sdk.spans)[0]]
    assert.deepEqual(
      events.map(({ name, attributes }) => [name, attributes]),
      [
        [EVENT_MEMORY_PRESSURE, { 'leasehold.memory.level': 'warning' }],
        [EVENT_MEMORY_PRESSURE, { 'leasehold.memory.level': 'relieve' }],
      ],
    )
    assert.deepEqual(Object.keys(events[0]!.attributes!), EVENT_MEMORY_PRESSURE_ATTRIBUTES)
  })

  it('forgets owners that are dropped, asks no more, and keeps no process from ending', async () => {
    const program = fileURLToPath(new URL('../programs/pressure-dropped.mjs', import.meta.url))
    const { stdout } = await run(process.execPath, ['--expose-gc', ...programFlags, program])
    assert.deepEqual(JSON.parse(stdout), { listened: 1, timers: 0, calls: 0, warnings: [] })
  }).timeout(30_000)
})
