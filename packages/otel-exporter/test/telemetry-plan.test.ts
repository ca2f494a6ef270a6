import assert from 'node:assert/strict'
import { Environment } from '../src/environment.ts'
import { ProblemLog } from '../src/problem-log.ts'
import type { StartTelemetryOptions } from '../src/telemetry-options.ts'
import { telemetryPlan, type TelemetryPlan } from '../src/telemetry-plan.ts'
import { warningsDuring } from './support/warnings.ts'

function plan(options: StartTelemetryOptions = {}, variables: NodeJS.ProcessEnv = {}): TelemetryPlan {
  return telemetryPlan(options, new Environment(variables, new ProblemLog()))
}

const shown = ({ spans, metrics }: TelemetryPlan): object => ({
  traces: [...(spans.otlp === undefined ? [] : [spans.otlp.url]), ...(spans.console ? ['console'] : [])],
  metrics: [
    ...(metrics.prometheus === undefined
      ? []
      : [`${metrics.prometheus.host}:${metrics.prometheus.port}${metrics.prometheus.path}`]),
    ...(metrics.otlp === undefined ? [] : [metrics.otlp.url]),
    ...(metrics.console ? ['console'] : []),
  ],
})

const JAEGER = 'http://localhost:4318/v1/traces'
const SCRAPE = '127.0.0.1:9464/metrics'

const table: [
  title: string,
  options: StartTelemetryOptions,
  variables: NodeJS.ProcessEnv,
  traces: string[],
  metrics: string[],
][] = [
  ['nothing', {}, {}, [JAEGER], [SCRAPE]],
  [
    'a shared end point: with the paths of OTLP, and metrics still for Prometheus',
    {},
    { OTEL_EXPORTER_OTLP_ENDPOINT: 'http://jaeger:4318' },
    ['http://jaeger:4318/v1/traces'],
    [SCRAPE],
  ],
  [
    'a shared end point with a path and a slash',
    { metrics: 'none' },
    { OTEL_EXPORTER_OTLP_ENDPOINT: 'http://gate/otlp/' },
    ['http://gate/otlp/v1/traces'],
    [],
  ],
  [
    'end points of their own, taken as they are',
    {},
    {
      OTEL_EXPORTER_OTLP_ENDPOINT: 'http://not-this',
      OTEL_EXPORTER_OTLP_TRACES_ENDPOINT: 'http://a/t',
      OTEL_EXPORTER_OTLP_METRICS_ENDPOINT: 'http://b/m',
    },
    ['http://a/t'],
    [SCRAPE, 'http://b/m'],
  ],
  [
    'lists of exporters',
    {},
    { OTEL_TRACES_EXPORTER: 'console,otlp', OTEL_METRICS_EXPORTER: 'otlp,prometheus,console' },
    [JAEGER, 'console'],
    [SCRAPE, 'http://localhost:4318/v1/metrics', 'console'],
  ],
  [
    'a push wanted: to the shared end point, and no scrape',
    {},
    {
      OTEL_METRICS_EXPORTER: 'otlp',
      OTEL_EXPORTER_OTLP_ENDPOINT: 'http://gate',
      OTEL_TRACES_EXPORTER: 'none',
    },
    [],
    ['http://gate/v1/metrics'],
  ],
  ['none of both', {}, { OTEL_TRACES_EXPORTER: 'none', OTEL_METRICS_EXPORTER: 'none' }, [], []],
  [
    'where to scrape',
    {},
    {
      OTEL_EXPORTER_PROMETHEUS_HOST: '0.0.0.0',
      OTEL_EXPORTER_PROMETHEUS_PORT: '0',
      OTEL_TRACES_EXPORTER: 'none',
    },
    [],
    ['0.0.0.0:0/metrics'],
  ],
  [
    'options, which go before variables',
    { traces: { otlp: 'http://own/x' }, metrics: { prometheus: { port: 0, path: '/m' } } },
    {
      OTEL_TRACES_EXPORTER: 'none',
      OTEL_METRICS_EXPORTER: 'none',
      OTEL_EXPORTER_OTLP_TRACES_ENDPOINT: 'http://other',
      OTEL_EXPORTER_PROMETHEUS_PORT: '1',
    },
    ['http://own/x'],
    ['127.0.0.1:0/m'],
  ],
  ['words', { traces: 'console', metrics: 'console' }, {}, ['console'], ['console']],
  ['words for nothing', { traces: 'none', metrics: 'none' }, {}, [], []],
  [
    'a push, which opens no port',
    { traces: 'none', metrics: { otlp: 'http://p/m' } },
    {},
    [],
    ['http://p/m'],
  ],
  [
    'a push and a scrape',
    { traces: 'none', metrics: { otlp: 'http://p/m', prometheus: {} } },
    {},
    [],
    [SCRAPE, 'http://p/m'],
  ],
  ['an empty object: the default', { traces: 'none', metrics: {} }, {}, [], [SCRAPE]],
  ['no scrape', { traces: 'none', metrics: { prometheus: false } }, {}, [], []],
  ['the preset test: nothing unasked', { preset: 'test' }, {}, [], []],
  [
    'the preset test with an end point: that',
    { preset: 'test' },
    { OTEL_EXPORTER_OTLP_ENDPOINT: 'http://jaeger:4318' },
    ['http://jaeger:4318/v1/traces'],
    [],
  ],
]

describe('the plan of what is exported', () => {
  for (const [title, options, variables, traces, metrics] of table) {
    it(`follows ${title}`, () => assert.deepEqual(shown(plan(options, variables)), { traces, metrics }))
  }

  for (const [title, options, variables, expected] of [
    ['nothing: no logs', {}, { OTEL_EXPORTER_OTLP_ENDPOINT: 'http://jaeger:4318' }, []],
    [
      'OTEL_LOGS_EXPORTER, to the shared end point',
      {},
      { OTEL_LOGS_EXPORTER: 'otlp,console', OTEL_EXPORTER_OTLP_ENDPOINT: 'http://gate/otlp/' },
      ['http://gate/otlp/v1/logs', 'console'],
    ],
    ['an end point of their own', {}, { OTEL_EXPORTER_OTLP_LOGS_ENDPOINT: 'http://a/l' }, ['http://a/l']],
    [
      'an option before that',
      { logs: { otlp: 'http://own/l' } },
      { OTEL_EXPORTER_OTLP_LOGS_ENDPOINT: 'http://a/l' },
      ['http://own/l'],
    ],
    ['the word for none before that', { logs: 'none' }, { OTEL_LOGS_EXPORTER: 'otlp' }, []],
  ] as const) {
    it(`of logs follows ${title}`, () => {
      const { otlp, console } = plan(options, variables).logs
      assert.deepEqual([...(otlp === undefined ? [] : [otlp.url]), ...(console ? ['console'] : [])], expected)
    })
  }

  it('follows OTEL_SDK_DISABLED before all options', () => {
    assert.equal(plan({ traces: 'console' }, { OTEL_SDK_DISABLED: 'true' }).isDisabled, true)
    assert.equal(plan({}, { OTEL_SDK_DISABLED: 'false' }).isDisabled, false)
  })

  it('follows OTEL_BSP_*, within what makes sense', () => {
    const { spans } = plan({}, { OTEL_BSP_MAX_QUEUE_SIZE: '100', OTEL_BSP_SCHEDULE_DELAY: '7' })
    assert.deepEqual([spans.queueSize, spans.batchSize, spans.delayMillis], [100, 100, 7])
    assert.equal(plan({}, { OTEL_BSP_MAX_EXPORT_BATCH_SIZE: '9' }).spans.batchSize, 9)
  })

  it('follows interval and temporality', () => {
    const variables = {
      OTEL_METRIC_EXPORT_INTERVAL: '5000',
      OTEL_EXPORTER_OTLP_METRICS_TEMPORALITY_PREFERENCE: 'LowMemory',
    }
    const { metrics } = plan({}, variables)
    assert.deepEqual([metrics.intervalMillis, metrics.temporality], [5_000, 'lowmemory'])
    const own = { url: 'http://p', intervalMillis: 9, temporality: 'delta' } as const
    const chosen = plan({ metrics: { otlp: own } }, variables).metrics
    assert.deepEqual([chosen.intervalMillis, chosen.temporality], [9, 'delta'])
  })

  it('follows the protocol that is for the signal before the shared one', () => {
    const protocol = (variables: NodeJS.ProcessEnv): string | undefined =>
      plan({}, variables).spans.otlp?.protocol
    assert.equal(protocol({}), 'http/protobuf')
    assert.equal(protocol({ OTEL_EXPORTER_OTLP_PROTOCOL: 'http/json' }), 'http/json')
    assert.equal(
      protocol({
        OTEL_EXPORTER_OTLP_PROTOCOL: 'http/json',
        OTEL_EXPORTER_OTLP_TRACES_PROTOCOL: 'http/protobuf',
      }),
      'http/protobuf',
    )
  })

  it('follows a wish for gRPC by saying that it is not spoken', async () => {
    const warnings = await warningsDuring(() => {
      const { spans } = plan({}, { OTEL_EXPORTER_OTLP_PROTOCOL: 'grpc' })
      assert.equal(spans.otlp?.protocol, 'http/protobuf')
    })
    assert.deepEqual(warnings, [
      `OTEL_EXPORTER_OTLP_PROTOCOL must be 'http/protobuf' | 'http/json', got "grpc": not used`,
    ])
  })

  it('follows presets where nothing else is said', () => {
    const { spans, metrics, shutdownTimeoutMillis } = plan({ preset: 'lowMemory' })
    assert.deepEqual([spans.queueSize, spans.batchSize, metrics.cardinalityLimit], [512, 128, 500])
    assert.equal(shutdownTimeoutMillis, 3_000)
    assert.equal(plan({ preset: 'development' }).metrics.intervalMillis, 10_000)
    assert.equal(plan({ preset: 'test' }).shutdownTimeoutMillis, 1_000)
    assert.equal(plan({ preset: 'test', shutdownTimeoutMillis: 7 }).shutdownTimeoutMillis, 7)
  })
})
