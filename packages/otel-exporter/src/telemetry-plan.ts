import type { AttributeValue } from '@opentelemetry/api'
import type { Environment } from './environment.ts'
import { livePlan, type LivePlan } from './live/live-plan.ts'
import { presets, type PresetSettings } from './presets.ts'
import { otlpTarget, type OtlpTarget } from './otlp/otlp-target.ts'
import type { TemporalityPreference } from './otlp/temporality.ts'
import type { MetricsOptions, OtlpMetricsOptions, StartTelemetryOptions } from './telemetry-options.ts'

/** What is to be exported, and how: options before variables before defaults, all decided. */
export interface TelemetryPlan {
  readonly isDisabled: boolean
  readonly shutdownTimeoutMillis: number
  readonly resource: ResourcePlan
  readonly spans: SpanPlan
  readonly metrics: MetricPlan
  readonly logs: LogPlan
}

export interface ResourcePlan {
  readonly serviceName: string | undefined
  readonly serviceVersion: string | undefined
  readonly attributes: Readonly<Record<string, AttributeValue>>
}

export type Propagator = (typeof PROPAGATORS)[number]

export interface SpanPlan {
  readonly otlp: OtlpTarget | undefined
  readonly console: boolean
  /** Undefined: as `OTEL_TRACES_SAMPLER` says, which the SDK reads. */
  readonly ratio: number | undefined
  /** How a trace's context goes from process to process. */
  readonly propagators: readonly Propagator[]
  readonly queueSize: number
  readonly batchSize: number
  readonly delayMillis: number
}

export interface MetricPlan {
  readonly prometheus: PrometheusPlan | undefined
  readonly otlp: OtlpTarget | undefined
  readonly temporality: TemporalityPreference
  readonly console: boolean
  readonly intervalMillis: number
  readonly cardinalityLimit: number
}

export interface LogPlan {
  readonly otlp: OtlpTarget | undefined
  readonly console: boolean
}

export interface PrometheusPlan {
  readonly host: string
  readonly port: number
  readonly path: string
  /** The page beside it, if any. */
  readonly live: LivePlan | undefined
}

const DAY_MILLIS = 86_400_000
const PROPAGATORS = ['tracecontext', 'baggage'] as const
const PREFERENCES = ['cumulative', 'delta', 'lowmemory'] as const

export function telemetryPlan(options: StartTelemetryOptions, env: Environment): TelemetryPlan {
  const preset = presets[options.preset ?? 'production']
  const isDisabled = env.flag('OTEL_SDK_DISABLED')
  return {
    isDisabled,
    shutdownTimeoutMillis: options.shutdownTimeoutMillis ?? preset.shutdownTimeoutMillis,
    resource: {
      serviceName: options.serviceName,
      serviceVersion: options.serviceVersion,
      attributes: options.resourceAttributes ?? {},
    },
    spans: spanPlan(options, env, preset),
    metrics: metricPlan(options, env, preset),
    logs: logPlan(options, env),
  }
}

function spanPlan(
  { traces, sampling }: StartTelemetryOptions,
  env: Environment,
  preset: PresetSettings,
): SpanPlan {
  const exporters =
    typeof traces === 'object' ? ['otlp'] : traces === undefined ? tracesFromEnv(env, preset) : [traces]
  const settings = typeof traces === 'object' ? { ...traces, url: traces.otlp } : {}
  const queueSize = env.integer('OTEL_BSP_MAX_QUEUE_SIZE', 1, 1_000_000) ?? preset.spanQueueSize
  const batchSize = env.integer('OTEL_BSP_MAX_EXPORT_BATCH_SIZE', 1, 1_000_000) ?? preset.spanBatchSize
  return {
    otlp: exporters.includes('otlp') ? otlpTarget('traces', settings, env) : undefined,
    console: exporters.includes('console'),
    ratio: sampling,
    propagators: env.listOf('OTEL_PROPAGATORS', PROPAGATORS) ?? PROPAGATORS,
    queueSize,
    batchSize: Math.min(batchSize, queueSize),
    delayMillis: env.integer('OTEL_BSP_SCHEDULE_DELAY', 1, DAY_MILLIS) ?? preset.spanDelayMillis,
  }
}

function tracesFromEnv(env: Environment, preset: PresetSettings): string[] {
  const isWanted =
    preset.exportsByDefault ||
    env.text('OTEL_EXPORTER_OTLP_TRACES_ENDPOINT') !== undefined ||
    env.text('OTEL_EXPORTER_OTLP_ENDPOINT') !== undefined
  return env.listOf('OTEL_TRACES_EXPORTER', ['otlp', 'console']) ?? (isWanted ? ['otlp'] : [])
}

function metricPlan(options: StartTelemetryOptions, env: Environment, preset: PresetSettings): MetricPlan {
  const { metrics } = options
  const chosen =
    typeof metrics === 'object'
      ? chosenByOption(metrics)
      : metrics === undefined
        ? metricsFromEnv(env, preset)
        : [metrics]
  const { prometheus = {}, otlp }: MetricsOptions = typeof metrics === 'object' ? metrics : {}
  const settings: Partial<OtlpMetricsOptions> = typeof otlp === 'string' ? { url: otlp } : (otlp ?? {})
  const where = prometheus === false ? {} : prometheus
  const path = where.path ?? '/metrics'
  const isScraped = chosen.includes('prometheus')
  const live = livePlan(options, env, isScraped ? path : undefined)
  return {
    prometheus: isScraped
      ? {
          host: where.host ?? env.text('OTEL_EXPORTER_PROMETHEUS_HOST') ?? '127.0.0.1',
          port: where.port ?? env.integer('OTEL_EXPORTER_PROMETHEUS_PORT', 0, 65_535) ?? 9464,
          path,
          live,
        }
      : undefined,
    otlp: chosen.includes('otlp') ? otlpTarget('metrics', settings, env) : undefined,
    temporality:
      settings.temporality ??
      env.oneOf('OTEL_EXPORTER_OTLP_METRICS_TEMPORALITY_PREFERENCE', PREFERENCES) ??
      'cumulative',
    console: chosen.includes('console'),
    intervalMillis:
      settings.intervalMillis ??
      env.integer('OTEL_METRIC_EXPORT_INTERVAL', 1, DAY_MILLIS) ??
      preset.metricIntervalMillis,
    cardinalityLimit: preset.cardinalityLimit,
  }
}

function logPlan({ logs }: StartTelemetryOptions, env: Environment): LogPlan {
  const exporters = typeof logs === 'object' ? ['otlp'] : logs === undefined ? logsFromEnv(env) : [logs]
  const settings = typeof logs === 'object' ? { ...logs, url: logs.otlp } : {}
  return {
    otlp: exporters.includes('otlp') ? otlpTarget('logs', settings, env) : undefined,
    console: exporters.includes('console'),
  }
}

/** Not by the shared end point alone: that may be Jaeger's, which takes none. */
function logsFromEnv(env: Environment): string[] {
  const isPushed = env.text('OTEL_EXPORTER_OTLP_LOGS_ENDPOINT') !== undefined
  return env.listOf('OTEL_LOGS_EXPORTER', ['otlp', 'console']) ?? (isPushed ? ['otlp'] : [])
}

/** Who names a push and no scrape does not want a port opened. */
function chosenByOption({ prometheus, otlp }: MetricsOptions): string[] {
  const isScraped = prometheus !== false && (prometheus !== undefined || otlp === undefined)
  return [...(isScraped ? ['prometheus'] : []), ...(otlp === undefined ? [] : ['otlp'])]
}

function metricsFromEnv(env: Environment, preset: PresetSettings): string[] {
  const isPushed = env.text('OTEL_EXPORTER_OTLP_METRICS_ENDPOINT') !== undefined
  return (
    env.listOf('OTEL_METRICS_EXPORTER', ['prometheus', 'otlp', 'console']) ?? [
      ...(preset.exportsByDefault ? ['prometheus'] : []),
      ...(isPushed ? ['otlp'] : []),
    ]
  )
}
