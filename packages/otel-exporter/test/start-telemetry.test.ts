import assert from 'node:assert/strict'
import { once } from 'node:events'
import { createServer } from 'node:net'
import type { AddressInfo } from 'node:net'
import { context, diag, metrics, propagation, trace } from '@opentelemetry/api'
import { leaseTelemetry, ResourceRegistry } from '@leasehold/core'
import { fileURLToPath } from 'node:url'
import sinon from 'sinon'
import { MeterProvider } from '@opentelemetry/sdk-metrics'
import { InMemorySpanExporter, NodeTracerProvider, SimpleSpanProcessor } from '@opentelemetry/sdk-trace-node'
import { startTelemetry, type StartTelemetryOptions, type Telemetry } from '../src/index.ts'
import { registered } from '../src/global-registration.ts'
import { startBackEnd } from './support/back-ends.ts'
import { OtlpReceiver } from './support/otlp-receiver.ts'
import { withVariables } from './support/variables.ts'
import { warningsDuring } from './support/warnings.ts'

const names = ['trace', 'metrics', 'context', 'propagation', 'diag'] as const
const taken = (): string[] => names.filter(name => registered(name) !== undefined)
const scrape = async (telemetry: Telemetry): Promise<string> =>
  (await fetch(telemetry.prometheus!.url)).text()
const quiet: StartTelemetryOptions = { traces: 'none', metrics: 'none' }
const onAnyPort = { prometheus: { port: 0 } }

describe('startTelemetry', () => {
  const started: Telemetry[] = []

  function start(options: StartTelemetryOptions): Telemetry {
    const telemetry = startTelemetry(options)
    started.push(telemetry)
    return telemetry
  }

  afterEach(async () => {
    await Promise.all(started.splice(0).map(telemetry => telemetry.shutdown()))
    for (const api of [trace, metrics, context, propagation, diag]) api.disable()
    leaseTelemetry().refresh()
  })

  it('tells where metrics are scraped once it is ready, and no longer after the shutdown', async () => {
    const telemetry = start({ traces: 'none', metrics: onAnyPort })
    assert.equal(telemetry.prometheus, undefined)
    await telemetry.ready
    const { url, host, port } = telemetry.prometheus!
    assert.deepEqual([host, url], ['127.0.0.1', `http://127.0.0.1:${port}/metrics`])
    await telemetry.shutdown()
    assert.equal(telemetry.prometheus, undefined)
    await assert.rejects(fetch(url))
  })

  it('exports leases taken before it was called, and after', async () => {
    const registry = new ResourceRegistry()
    const take = () => registry.track({}, { kind: 'test', name: 'late sdk', cleanup() {} })
    await take().release()
    const telemetry = start({ traces: 'none', metrics: onAnyPort })
    await telemetry.ready
    await take().release()
    const text = await scrape(telemetry)
    assert.match(text, /^leasehold_lease_acquisitions_total\{[^}]*leasehold_name="late sdk"[^}]*\} 2$/m)
    assert.match(text, /^leasehold_lease_duration_seconds_count\{[^}]*leasehold_name="late sdk"[^}]*\} 2$/m)
    // Once, not by the SDK's histograms as well.
    assert.equal(text.match(/^# TYPE leasehold_lease_duration_seconds /gm)?.length, 1)
  })

  it('sends spans and metrics, and says of whom they are', async () => {
    await using receiver = await OtlpReceiver.start()
    const own = { protocol: 'http/json', compression: 'gzip' } as const
    const telemetry = start({
      serviceName: 'orders',
      serviceVersion: '1.2.3',
      traces: { otlp: `${receiver.url}/v1/traces`, headers: { 'X-Tenant': 't' }, ...own },
      metrics: { otlp: { url: `${receiver.url}/v1/metrics`, temporality: 'delta', ...own } },
    })
    const lease = new ResourceRegistry().track({}, { kind: 'test', name: 'sent', cleanup() {} })
    const request = trace.getTracer('test').startSpan('request')
    await context.with(trace.setSpan(context.active(), request), () => lease.release())
    request.end()
    await telemetry.forceFlush()
    const spans = receiver.spans()
    assert.deepEqual(spans.map(({ name }) => name).sort(), ['lease.cleanup', 'request'])
    const cleanup = spans.find(({ name }) => name === 'lease.cleanup')
    assert.equal(cleanup?.attributes['leasehold.name'], 'sent')
    assert.equal(cleanup?.traceId, request.spanContext().traceId)
    assert.equal(receiver.resource()['service.name'], 'orders')
    assert.equal(receiver.resource()['service.version'], '1.2.3')
    assert.equal(receiver.exports[0]?.headers['x-tenant'] ?? receiver.exports[1]?.headers['x-tenant'], 't')
    assert.deepEqual(telemetry.spans, { ended: 2, delivered: 2 })
    const exported = receiver.metricNames()
    for (const name of [
      'leasehold.lease.acquisitions',
      'leasehold.lease.duration',
      'leasehold.cleanup.duration',
    ]) {
      assert.equal(exported.filter(each => each === name).length, 1, name)
    }
  })

  it('samples as OTEL_TRACES_SAMPLER says, where no option does', async () => {
    await using receiver = await OtlpReceiver.start()
    const variables = { OTEL_TRACES_SAMPLER: 'traceidratio', OTEL_TRACES_SAMPLER_ARG: '0' }
    const options = { traces: { otlp: `${receiver.url}/v1/traces` }, metrics: 'none' } as const
    const telemetry = withVariables(variables, () => start(options))
    trace.getTracer('test').startSpan('never').end()
    await telemetry.shutdown()
    assert.equal(telemetry.spans.ended, 0)
    const sampled = withVariables({ ...variables, OTEL_TRACES_SAMPLER_ARG: '1' }, () => start(options))
    trace.getTracer('test').startSpan('always').end()
    await sampled.shutdown()
    assert.deepEqual(sampled.spans, { ended: 1, delivered: 1 })
  })

  it('samples as it is told', async () => {
    await using receiver = await OtlpReceiver.start()
    const telemetry = start({
      traces: { otlp: `${receiver.url}/v1/traces`, protocol: 'http/json' },
      metrics: 'none',
      sampling: 0,
    })
    trace.getTracer('test').startSpan('never').end()
    await telemetry.shutdown()
    assert.deepEqual([telemetry.spans, receiver.exports.length], [{ ended: 0, delivered: 0 }, 0])
  })

  it('leaves nothing registered behind, and can be started again', async () => {
    for (let i = 0; i < 3; i++) {
      const telemetry = start({ traces: 'console', metrics: onAnyPort })
      await telemetry.ready
      assert.deepEqual(taken(), [...names])
      assert.match(await scrape(telemetry), /leasehold_lease_acquisitions_total/)
      await telemetry.shutdown()
      assert.deepEqual(taken(), [])
    }
  })

  it('warns once of further calls while the first runs, and returns that', async () => {
    const first = start({ ...quiet, metrics: onAnyPort })
    const warnings = await warningsDuring(() => {
      for (let i = 0; i < 3; i++) assert.equal(start({ serviceName: 'another', traces: 'console' }), first)
    })
    assert.deepEqual(warnings, ['startTelemetry: telemetry is running already; these options are not used'])
  })

  for (const [value, fields] of [
    [undefined, ['baggage', 'traceparent', 'tracestate']],
    ['tracecontext', ['traceparent', 'tracestate']],
    ['baggage', ['baggage']],
    ['none', []],
  ] as const) {
    it(`propagates as OTEL_PROPAGATORS=${value} says`, () => {
      withVariables(value === undefined ? {} : { OTEL_PROPAGATORS: value }, () =>
        start({ ...quiet, traces: 'console' }),
      )
      assert.deepEqual(propagation.fields().toSorted(), fields)
    })
  }

  it('warns of a propagator that it does not have, and keeps to the others', async () => {
    const warnings = await warningsDuring(() => {
      withVariables({ OTEL_PROPAGATORS: 'b3,baggage' }, () => start({ ...quiet, traces: 'console' }))
    })
    assert.deepEqual(propagation.fields(), ['baggage'])
    assert.deepEqual(warnings, [
      `OTEL_PROPAGATORS must be 'tracecontext', 'baggage', 'none', got "b3": not used`,
    ])
  })

  it('delivers the other metrics in time although a callback of the program never settles', async () => {
    await using receiver = await OtlpReceiver.start()
    const telemetry = start({
      traces: 'none',
      metrics: { otlp: { url: `${receiver.url}/v1/metrics`, protocol: 'http/json' } },
      shutdownTimeoutMillis: 400,
    })
    const meter = metrics.getMeter('test')
    meter.createObservableGauge('stuck').addCallback(() => new Promise(() => {}))
    meter.createCounter('sound').add(1)
    const warnings = await warningsDuring(() => telemetry.shutdown())
    assert.ok(receiver.metricNames().includes('sound'))
    assert.match(warnings.join(), /metrics collection errors.*timed out/)
  })

  it('flushes once when the event loop runs empty, and no more after the shutdown', async () => {
    await using receiver = await OtlpReceiver.start()
    const before = process.listeners('beforeExit')
    const telemetry = start({
      traces: 'none',
      metrics: { otlp: { url: `${receiver.url}/v1/metrics`, protocol: 'http/json' } },
    })
    const [ours, ...others] = process.listeners('beforeExit').filter(each => !before.includes(each))
    assert.equal(others.length, 0)
    metrics.getMeter('test').createCounter('short').add(1)
    const taken = new Promise<void>(resolve => (receiver.taken = resolve))
    ours!(0)
    await taken
    assert.ok(receiver.metricNames().includes('short'))
    await telemetry.shutdown()
    assert.deepEqual(process.listeners('beforeExit'), before)
  })

  it('never tells a password, also to who reads everything that the SDK says', async () => {
    const written: string[] = []
    const take = (text: string | Uint8Array): boolean => written.push(String(text)) > 0
    sinon.stub(process.stdout, 'write').callsFake(take)
    sinon.stub(process.stderr, 'write').callsFake(take)
    const warnings = await warningsDuring(async () => {
      const variables = {
        OTEL_LOG_LEVEL: 'all',
        OTEL_EXPORTER_OTLP_ENDPOINT: 'http://u:sekret@h:999999?k=sekret',
        OTEL_EXPORTER_OTLP_TRACES_ENDPOINT: 'http://u:sekret@127.0.0.1:9/?k=sekret',
        OTEL_EXPORTER_OTLP_METRICS_ENDPOINT: 'u:sekret@h',
        OTEL_EXPORTER_OTLP_HEADERS: 'Authorization=sekret,sekret',
        OTEL_METRICS_EXPORTER: 'otlp',
      }
      const telemetry = withVariables(variables, () => start({ shutdownTimeoutMillis: 200 }))
      trace.getTracer('test').startSpan('s').end()
      await telemetry.shutdown()
    }).finally(() => sinon.restore())
    assert.ok(warnings.length >= 4, warnings.join('\n'))
    assert.doesNotMatch([...warnings, ...written].join('\n'), /sekret/)
  })

  it('loses a batch, and nothing else, where a certificate cannot be used', async () => {
    const variables = { OTEL_EXPORTER_OTLP_CERTIFICATE: fileURLToPath(import.meta.url) }
    const warnings = await warningsDuring(async () => {
      const telemetry = withVariables(variables, () =>
        start({ traces: { otlp: 'https://127.0.0.1:9/' }, metrics: 'none', shutdownTimeoutMillis: 200 }),
      )
      trace.getTracer('test').startSpan('s').end()
      await telemetry.shutdown()
    })
    assert.equal(warnings.length, 1)
    assert.match(warnings[0] ?? '', /^traces: a batch for https:\/\/127.0.0.1:9\/ was lost/)
  })

  it('is shut down once, however often it is asked', async () => {
    const telemetry = start(quiet)
    const shutdown = telemetry.shutdown()
    assert.equal(telemetry.shutdown(), shutdown)
    await shutdown
    await telemetry.forceFlush()
    await telemetry[Symbol.asyncDispose]()
  })

  it('is shut down at the end of its block', async () => {
    {
      await using telemetry = startTelemetry({ traces: 'none', metrics: onAnyPort })
      await telemetry.ready
    }
    assert.deepEqual(taken(), [])
  })

  it('leaves the SDK of the program in its place, exports nothing itself, and says so', async () => {
    const exporter = new InMemorySpanExporter()
    new NodeTracerProvider({ spanProcessors: [new SimpleSpanProcessor(exporter)] }).register()
    const own = new MeterProvider()
    metrics.setGlobalMeterProvider(own)
    const warnings = await warningsDuring(async () => {
      const telemetry = start({ traces: { otlp: 'http://127.0.0.1:1/v1/traces' }, metrics: onAnyPort })
      await telemetry.ready
      assert.equal(telemetry.prometheus, undefined)
      await telemetry.shutdown()
    })
    assert.deepEqual(
      warnings.map(each => each.replace(/;.*/, '')),
      ['traces: another OpenTelemetry SDK is registered', 'metrics: another OpenTelemetry SDK is registered'],
    )
    assert.equal(metrics.getMeterProvider(), own)
    trace.getTracer('test').startSpan('mine').end()
    assert.equal(exporter.getFinishedSpans().length, 1)
  })

  it('leaves the diagnostics logger of the program in its place', async () => {
    const told: string[] = []
    const tell = (text: string): void => void told.push(text)
    diag.setLogger({ error: tell, warn: tell, info: tell, debug: tell, verbose: tell })
    const telemetry = start(quiet)
    diag.warn('mine')
    await telemetry.shutdown()
    diag.warn('still mine')
    assert.deepEqual(told.slice(-2), ['mine', 'still mine'])
  })

  it('does nothing where OTEL_SDK_DISABLED is true', async () => {
    const telemetry = withVariables({ OTEL_SDK_DISABLED: 'true' }, () =>
      start({ traces: 'console', metrics: onAnyPort }),
    )
    await telemetry.ready
    assert.equal(telemetry.prometheus, undefined)
    assert.deepEqual(taken(), [])
    await telemetry.forceFlush()
    await telemetry.shutdown()
  })

  describe('with its port in use', () => {
    const busy = createServer()
    let port = 0

    before(async () => {
      busy.listen(0, '127.0.0.1')
      await once(busy, 'listening')
      port = (busy.address() as AddressInfo).port
    })

    after(() => void busy.close())

    it('rejects `ready` for who asks, without a warning, and exports traces all the same', async () => {
      await using receiver = await OtlpReceiver.start()
      const warnings = await warningsDuring(async () => {
        const telemetry = start({
          traces: { otlp: `${receiver.url}/v1/traces`, protocol: 'http/json' },
          metrics: { prometheus: { port } },
        })
        await assert.rejects(telemetry.ready, { code: 'ERR_TELEMETRY_LISTEN', host: '127.0.0.1', port })
        trace.getTracer('test').startSpan('still').end()
        await telemetry.shutdown()
      })
      assert.equal(receiver.spans().length, 1)
      assert.deepEqual(warnings, [])
    })

    it('is a warning where nobody asks', async () => {
      const warnings = await warningsDuring(async () => {
        const telemetry = start({ traces: 'none', metrics: { prometheus: { port } } })
        await telemetry.shutdown()
      })
      assert.deepEqual(warnings, [
        `telemetry: cannot listen on 127.0.0.1:${port} for Prometheus' scrapes: the port is in use`,
      ])
    })
  })

  it('ends within its deadline although the back end never answers, and says what is lost', async () => {
    await using backEnd = await startBackEnd('accepts and never answers')
    const warnings = await warningsDuring(async () => {
      const telemetry = start({
        traces: { otlp: backEnd.url },
        metrics: { otlp: backEnd.url },
        shutdownTimeoutMillis: 200,
      })
      for (let i = 0; i < 2_000; i++) trace.getTracer('test').startSpan('s').end()
      const begun = performance.now()
      await telemetry.shutdown()
      const millis = performance.now() - begun
      assert.ok(millis < 1_000, `${millis} ms`)
      assert.deepEqual(telemetry.spans, { ended: 2_000, delivered: 0 })
    })
    assert.equal(warnings.filter(each => each.startsWith('traces: a batch')).length, 1)
    assert.equal(warnings.filter(each => each.startsWith('traces: batches lost: ')).length, 1)
    assert.equal(warnings.filter(each => /metrics: a batch/.test(each)).length, 1)
    assert.ok(warnings.length <= 4, warnings.join('\n'))
  })

  it('delivers at the shutdown although the back end is busy for a moment', async () => {
    await using receiver = await OtlpReceiver.start()
    receiver.status = 503
    receiver.taken = () => (receiver.status = receiver.exports.length < 3 ? 503 : 200)
    const telemetry = start({
      traces: { otlp: `${receiver.url}/v1/traces` },
      metrics: 'none',
      shutdownTimeoutMillis: 1_000,
    })
    trace.getTracer('test').startSpan('last').end()
    const warnings = await warningsDuring(() => telemetry.shutdown())
    assert.deepEqual([telemetry.spans, warnings], [{ ended: 1, delivered: 1 }, []])
  })

  it('keeps for a slow back end what `forceFlush` could not deliver in time', async () => {
    await using receiver = await OtlpReceiver.start()
    let answer: () => void = () => {}
    receiver.held = new Promise(resolve => (answer = resolve))
    const telemetry = start({
      traces: { otlp: `${receiver.url}/v1/traces`, protocol: 'http/json' },
      metrics: 'none',
      shutdownTimeoutMillis: 100,
    })
    trace.getTracer('test').startSpan('slow').end()
    await warningsDuring(() => telemetry.forceFlush())
    assert.equal(telemetry.spans.delivered, 0)
    answer()
    await telemetry.forceFlush()
    assert.equal(telemetry.spans.delivered, 1)
  })
})
