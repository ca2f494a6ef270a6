import assert from 'node:assert/strict'
import { subscribe, unsubscribe } from 'node:diagnostics_channel'
import { context, trace } from '@opentelemetry/api'
import { logs } from '@opentelemetry/api-logs'
import { InMemoryLogRecordExporter, LoggerProvider, SimpleLogRecordProcessor } from '@opentelemetry/sdk-logs'
import { leaseTelemetry } from '@leasehold/core'
import type { MetricData } from '@opentelemetry/sdk-metrics'
import { MetricsSdk, TracingSdk } from '../../core/test/telemetry/sdk.ts'
import type { AlertMessage, AlertRule, AlertSeverity, LeakEvent } from '../src/index.ts'
import {
  ALERT_RULE_VALUES,
  ALERT_SEVERITY_VALUES,
  EVENT_ALERT_ATTRIBUTES,
  METRICS,
  SPANS,
} from '../src/telemetry/names.generated.ts'
import { Site } from './site.ts'

/** The figures are the process's: each test has a name of its own. */
let tests = 0
let name = ''

function figures(metric: MetricData | undefined, ...attributes: string[]): Record<string, unknown> {
  assert(metric, 'the metric is exported')
  const own = metric.dataPoints.filter(point => point.attributes['leasehold.name'] === name)
  return Object.fromEntries(
    own.map(point => [attributes.map(key => point.attributes[key]).join(' '), point.value]),
  )
}

describe('telemetry of a leak detector', () => {
  beforeEach(() => {
    name = `leaks${++tests}`
  })

  it('metrics are what happened, and exactly those of the registry', async () => {
    using sdk = new MetricsSdk()
    leaseTelemetry().refresh()
    using site = new Site({ onAlert: () => {} })
    const lease = site.take({ name })
    site.wait(61)
    for (let i = 0; i < 10; i++) site.cleanup(i > 7, { name })
    site.wait(5)
    const all = await sdk.collect()
    for (const metric of METRICS) {
      const found = all.get(metric.name)
      assert(found, metric.name)
      assert.deepEqual(
        [found.descriptor.unit, found.descriptor.description],
        [metric.unit, metric.description],
      )
      const emitted = new Set(found.dataPoints.flatMap(point => Object.keys(point.attributes)))
      assert.deepEqual(emitted, new Set(metric.attributes), metric.name)
    }
    assert.deepEqual(figures(all.get('leasehold.leaks'), 'leasehold.leak.reason'), {
      overdue: 1,
      outlived: 0,
      abandoned: 0,
      growth: 0,
    })
    const alerts = ['leasehold.alert.rule', 'leasehold.alert.severity'] as const
    assert.deepEqual(figures(all.get('leasehold.alert.active'), ...alerts), {
      'held-too-long warn': 1,
      'cleanup-success error': 1,
    })
    assert.deepEqual(figures(all.get('leasehold.cleanup.success.ratio'), 'leasehold.cleanup.window'), {
      '5m': 0.2,
      '60m': 0.2,
    })
    void lease.release()
    site.wait(2 * 3_600)
    const later = await sdk.collect()
    assert.deepEqual(figures(later.get('leasehold.alert.active'), ...alerts), {
      'held-too-long warn': 0,
      'cleanup-success error': 0,
    })
    assert.deepEqual(figures(later.get('leasehold.leaks'), 'leasehold.leak.reason')['overdue'], 1)
  })

  it('rules and severities are the registry’s', () => {
    // The compiler tells if one side has more.
    const rules: Readonly<Record<AlertRule, true>> = Object.fromEntries(
      ALERT_RULE_VALUES.map((rule: AlertRule) => [rule, true]),
    ) as Record<(typeof ALERT_RULE_VALUES)[number], true>
    const severities: Readonly<Record<AlertSeverity, true>> = Object.fromEntries(
      ALERT_SEVERITY_VALUES.map((severity: AlertSeverity) => [severity, true]),
    ) as Record<(typeof ALERT_SEVERITY_VALUES)[number], true>
    assert.equal(Object.keys(rules).length, 8)
    assert.equal(Object.keys(severities).length, 3)
    assert.equal(EVENT_ALERT_ATTRIBUTES.length, 8)
  })

  it('an alert is a root span that links to who acquired, at most ten', () => {
    using sdk = new TracingSdk()
    using site = new Site()
    const tracer = trace.getTracer('test')
    const requests = Array.from({ length: 12 }, () => tracer.startSpan('request'))
    for (const request of requests) {
      context.with(trace.setSpan(context.active(), request), () => site.take({ name }))
    }
    context.with(trace.setSpan(context.active(), requests[0]!), () => site.wait(65))
    const [span, ...more] = sdk.spans.filter(each => each.name === 'leak.detected')
    assert(span)
    assert.deepEqual(more, [])
    assert.equal(span.parentSpanContext, undefined)
    assert.deepEqual(
      span.links.map(link => link.context.spanId),
      requests.slice(0, 10).map(request => request.spanContext().spanId),
    )
    assert.equal(span.status.code, 2)
    assert.equal(span.status.message, site.alerts[0]!.text)
    assert.deepEqual(new Set(Object.keys(span.attributes)), new Set(SPANS[0]!.attributes))
    assert.equal(span.attributes['leasehold.alert.count'], 12)
    assert.equal(site.alerts[0]!.traces.length, 10)
    const { leases, groups } = site.detector.report()
    assert.equal(leases[0]!.traceId, requests[0]!.spanContext().traceId)
    assert.equal(groups[0]!.sites[0]!.traces.length, 10)
  })

  describe('log records', () => {
    afterEach(() => logs.disable())

    it('tell of an alert and of its end, in the trace of who acquired', () => {
      const exporter = new InMemoryLogRecordExporter()
      const processors = [new SimpleLogRecordProcessor({ exporter })]
      logs.setGlobalLoggerProvider(new LoggerProvider({ processors }))
      using _ = new TracingSdk()
      using site = new Site({ sampling: { stacks: 1 } })
      const request = trace.getTracer('test').startSpan('request')
      const lease = context.with(trace.setSpan(context.active(), request), () => site.take({ name }))
      site.wait(61)
      void lease.release()
      site.wait(1)
      const records = exporter.getFinishedLogRecords()
      assert.deepEqual(
        records.map(({ eventName, severityNumber, severityText, body }) => [
          eventName,
          severityNumber,
          severityText,
          body,
        ]),
        [
          ['leasehold.alert', 13, 'WARN', site.alerts[0]!.text],
          ['leasehold.alert', 9, 'INFO', site.alerts[1]!.text],
        ],
      )
      for (const { attributes, spanContext, instrumentationScope } of records) {
        assert.deepEqual(new Set(Object.keys(attributes)), new Set(EVENT_ALERT_ATTRIBUTES))
        assert.equal(spanContext?.spanId, request.spanContext().spanId)
        assert.equal(instrumentationScope.name, '@leasehold/leak-detector')
      }
      const [{ attributes }] = records as [(typeof records)[number]]
      assert.match(attributes['code.stacktrace'] as string, /telemetry\.test\.ts/)
      assert.deepEqual(
        [
          attributes['leasehold.alert.rule'],
          attributes['leasehold.alert.state'],
          attributes['leasehold.name'],
        ],
        ['held-too-long', 'firing', name],
      )
    })

    it('of an SDK that throws are not felt', () => {
      const fail = (): never => {
        throw new Error('broken SDK')
      }
      logs.setGlobalLoggerProvider({ getLogger: fail })
      using site = new Site()
      site.take({ name })
      site.wait(61)
      assert.equal(site.alerts.length, 1)
    })
  })

  it('an SDK that throws is not felt', () => {
    using _ = new TracingSdk({
      processors: [
        {
          onStart() {
            throw new Error('broken SDK')
          },
          onEnd() {},
          forceFlush: async () => {},
          shutdown: async () => {},
        },
      ],
    })
    using site = new Site()
    site.take({ name, telemetry: { spans: 'off' } })
    site.wait(65)
    assert.equal(site.alerts.length, 1)
  })

  it('is told on diagnostics channels: alerts, leaks, late releases', () => {
    const heard: string[] = []
    const onAlert = (message: unknown): void => {
      const { eventName, severityNumber, alert } = message as AlertMessage
      heard.push(`${eventName} ${severityNumber} ${alert.state}`)
    }
    const onLeak = (message: unknown): void => void heard.push(`leak ${(message as LeakEvent).lease.name}`)
    const onUnleaked = (message: unknown): void =>
      void heard.push(`unleaked ${(message as LeakEvent).lease.name}`)
    subscribe('leasehold.alert', onAlert)
    subscribe('leasehold.leak', onLeak)
    subscribe('leasehold.unleaked', onUnleaked)
    try {
      using site = new Site({ onAlert: undefined })
      const lease = site.take({ name })
      site.wait(61)
      void lease.release()
      site.wait(1)
    } finally {
      unsubscribe('leasehold.alert', onAlert)
      unsubscribe('leasehold.leak', onLeak)
      unsubscribe('leasehold.unleaked', onUnleaked)
    }
    assert.deepEqual(heard, [
      `leak ${name}`,
      'leasehold.alert 13 firing',
      `unleaked ${name}`,
      'leasehold.alert 13 resolved',
    ])
  })

  it('is a process warning where nobody listens, and only there', async () => {
    const warnings: (Error & { code?: string })[] = []
    const note = (warning: Error): void => void warnings.push(warning)
    process.on('warning', note)
    try {
      for (const options of [{ onAlert: undefined }, {}, { onAlert: undefined, sinks: [{ send() {} }] }]) {
        using site = new Site(options)
        site.take({ name })
        site.wait(61)
      }
      await new Promise(resolve => setImmediate(resolve))
    } finally {
      process.off('warning', note)
    }
    const own = warnings.filter(({ message }) => message.includes(name))
    assert.deepEqual(
      own.map(warning => [warning.name, warning.code]),
      [['LeaseholdLeak', 'held-too-long']],
    )
  })

  it('a listener, a sink or a logger that throws or rejects is not felt', async () => {
    const broken = (): never => {
      throw new Error('broken')
    }
    let sent = 0
    using site = new Site({
      onAlert: broken,
      sinks: [
        { send: broken, start: broken },
        { send: () => Promise.reject(new Error('later')) },
        { send: () => sent++ },
      ],
    })
    site.detector.on('leak', broken)
    site.take({ name })
    site.wait(61)
    await new Promise(resolve => setImmediate(resolve))
    assert.equal(sent, 1)
    site.wait(60)
    assert.equal(site.detector.report().activeAlerts.length, 1)
  })
})
