import assert from 'node:assert/strict'
import { context, trace, TraceFlags } from '@opentelemetry/api'
import { logs } from '@opentelemetry/api-logs'
import { LoggerProvider } from '@opentelemetry/sdk-logs'
import { startTelemetry, type Telemetry } from '../src/index.ts'
import { startBackEnd, type BackEndKind } from './support/back-ends.ts'
import { OtlpReceiver } from './support/otlp-receiver.ts'
import { warningsDuring } from './support/warnings.ts'

const LOGS: unique symbol = Symbol.for('io.opentelemetry.js.api.logs')
const isRegistered = (): boolean => LOGS in globalThis

describe('log records', () => {
  let telemetry: Telemetry | undefined
  const start = (url: string): Telemetry =>
    (telemetry = startTelemetry({
      serviceName: 'orders',
      traces: 'none',
      metrics: 'none',
      logs: { otlp: `${url}/v1/logs`, protocol: 'http/json', headers: { 'x-tenant': 't' } },
      shutdownTimeoutMillis: 500,
    }))
  afterEach(async () => {
    await telemetry?.shutdown()
    logs.disable()
  })

  const emit = (): void => {
    const span = { traceId: 'a'.repeat(32), spanId: 'b'.repeat(16), traceFlags: TraceFlags.SAMPLED }
    logs.getLogger('test').emit({
      eventName: 'test.happened',
      severityNumber: 13,
      body: 'it happened',
      attributes: { 'leasehold.name': 'n' },
      context: trace.setSpanContext(context.active(), span),
    })
  }

  it('go to an OTLP back end, of this service and in their trace', async () => {
    await using receiver = await OtlpReceiver.start()
    const telemetry = start(receiver.url)
    emit()
    await telemetry.forceFlush()
    const [sent] = receiver.exports
    assert.deepEqual([sent?.path, sent?.headers['x-tenant']], ['/v1/logs', 't'])
    const text = sent!.body.toString('utf8')
    const { resourceLogs } = JSON.parse(text) as {
      resourceLogs: { scopeLogs: { logRecords: Record<string, unknown>[] }[] }[]
    }
    const [record] = resourceLogs[0]!.scopeLogs[0]!.logRecords
    assert.deepEqual(
      [record?.['eventName'], record?.['severityNumber'], record?.['traceId'], record?.['body']],
      ['test.happened', 13, 'a'.repeat(32), { stringValue: 'it happened' }],
    )
    assert.match(text, /"service.name","value":\{"stringValue":"orders"/)
  })

  it('are registered from the start to the shutdown', async () => {
    await using receiver = await OtlpReceiver.start()
    const telemetry = start(receiver.url)
    assert(isRegistered())
    emit()
    await telemetry.shutdown()
    assert(!isRegistered())
    assert.equal(receiver.exports.length, 1, 'what was there is delivered')
  })

  it('of somebody else’s SDK stay theirs', async () => {
    const theirs = new LoggerProvider()
    logs.setGlobalLoggerProvider(theirs)
    await using receiver = await OtlpReceiver.start()
    const warnings = await warningsDuring(async () => {
      await start(receiver.url).shutdown()
    })
    assert.match(warnings.join(), /logs: another OpenTelemetry SDK is registered/)
    assert.equal(logs.getLoggerProvider(), theirs)
  })

  for (const kind of ['refuses', 'accepts and never answers', 'answers 500'] satisfies BackEndKind[]) {
    it(`hold nothing up where the back end ${kind}`, async () => {
      await using backEnd = await startBackEnd(kind)
      const warnings = await warningsDuring(async () => {
        const telemetry = start(backEnd.url)
        emit()
        const before = performance.now()
        await telemetry.shutdown()
        assert(performance.now() - before < 5_000)
      })
      assert.match(warnings.join(), /logs: a batch for .* was lost/)
    })
  }
})
