import type { AttributeValue } from '@opentelemetry/api'
import { checkOptions, ConfigError, integerFrom, oneOf, positiveMillis, rule, text } from '@leasehold/core'
import type { OptionSchema, Preset } from '@leasehold/core'
import * as v from 'valibot'
import { isHttpUrl } from './environment.ts'
import { isHeader } from './http-headers.ts'
import { shownUrl } from './shown-url.ts'
import type { OtlpProtocol } from './otlp/otlp-target.ts'

/** How OTLP is spoken. What is not given comes from `OTEL_EXPORTER_OTLP_*`. */
export interface OtlpSettings {
  /** Sent with every export, besides those of `OTEL_EXPORTER_OTLP_HEADERS`. */
  headers?: Readonly<Record<string, string>> | undefined
  /** For one export, its retries included. Default 10,000. */
  timeoutMillis?: number | undefined
  /** Default `'none'`. */
  compression?: 'gzip' | 'none' | undefined
  /** Default `'http/protobuf'`. gRPC is not spoken. */
  protocol?: OtlpProtocol | undefined
}

export interface OtlpLogsOptions extends OtlpSettings {
  /** The whole URL, as `http://localhost:4318/v1/logs`: nothing is appended. */
  otlp: string
}

export interface OtlpTracesOptions extends OtlpSettings {
  /** The whole URL, as `http://localhost:4318/v1/traces`: nothing is appended. */
  otlp: string
}

export interface OtlpMetricsOptions extends OtlpSettings {
  /** The whole URL, as `http://localhost:4318/v1/metrics`: nothing is appended. */
  url: string
  /** Default: `OTEL_METRIC_EXPORT_INTERVAL`, else 60,000. */
  intervalMillis?: number | undefined
  /** Default: `OTEL_EXPORTER_OTLP_METRICS_TEMPORALITY_PREFERENCE`, else `'cumulative'`. */
  temporality?: 'cumulative' | 'delta' | 'lowmemory' | undefined
}

export interface PrometheusOptions {
  /** 0: the system chooses. Default: `OTEL_EXPORTER_PROMETHEUS_PORT`, else 9464. */
  port?: number | undefined
  /** Default: `OTEL_EXPORTER_PROMETHEUS_HOST`, else `'127.0.0.1'`: nobody but this machine. */
  host?: string | undefined
  /** Default `'/metrics'`. */
  path?: string | undefined
}

export interface MetricsOptions {
  /** Where Prometheus scrapes; false: nowhere. Default: it may. */
  prometheus?: PrometheusOptions | false | undefined
  /** Where metrics are pushed to, by URL. Default: nowhere. */
  otlp?: string | OtlpMetricsOptions | undefined
}

export interface LiveOptions {
  /** Where it is, beside Prometheus' path on the same port. Default `'/'`. */
  path?: string | undefined
  /**
   * Where Jaeger's UI begins, as `http://localhost:16686`: leases link to the traces that acquired them. Default:
   * `LEASEHOLD_LIVE_JAEGER_URL`, else no links.
   */
  jaegerUrl?: string | undefined
}

/** Options of {@link startTelemetry}. Each goes before its `OTEL_*` variable, which goes before the default. */
export interface StartTelemetryOptions {
  /** Defaults to start from. Default `'production'`. */
  preset?: Preset | undefined
  /** Default: `OTEL_SERVICE_NAME`, else `'unknown_service:node'`. */
  serviceName?: string | undefined
  serviceVersion?: string | undefined
  /** On every span and metric, besides those of `OTEL_RESOURCE_ATTRIBUTES`. */
  resourceAttributes?: Readonly<Record<string, AttributeValue>> | undefined
  /** Default: OTLP to `OTEL_EXPORTER_OTLP_*ENDPOINT`, else to `http://localhost:4318/v1/traces`. */
  traces?: OtlpTracesOptions | 'console' | 'none' | undefined
  /** Default: for Prometheus to scrape on 127.0.0.1:9464. */
  metrics?: MetricsOptions | 'console' | 'none' | undefined
  /** Default: as `OTEL_LOGS_EXPORTER` and `OTEL_EXPORTER_OTLP_LOGS_ENDPOINT` say, else none: Jaeger takes no logs. */
  logs?: OtlpLogsOptions | 'console' | 'none' | undefined
  /**
   * A page that shows the program's resources as they are now, for a browser; it needs `metrics.prometheus`, whose port
   * and host it has. True: at `/`. Default: `LEASEHOLD_LIVE`, else false.
   */
  live?: boolean | LiveOptions | undefined
  /** The share of new traces that is recorded, 0 to 1. Default: `OTEL_TRACES_SAMPLER`, else 1. */
  sampling?: number | undefined
  /** What a shutdown or flush may take, back ends that do not answer included. Default 3,000. */
  shutdownTimeoutMillis?: number | undefined
}

const url = rule<string>('an http or https URL', isHttpUrl)
const attributes = rule(
  'an object of attributes: strings, numbers, booleans, or arrays of them',
  x => isPlainObject(x) && Object.values(x).every(isAttributeValue),
)
const otlpSettings = {
  headers: v.optional(
    rule(
      'an object of valid HTTP headers',
      x => isPlainObject(x) && Object.entries(x).every(each => isHeader(...each)),
    ),
  ),
  timeoutMillis: v.optional(positiveMillis),
  compression: v.optional(oneOf('gzip', 'none')),
  protocol: v.optional(oneOf('http/protobuf', 'http/json')),
}
/** Of traces, and of logs. */
const otlpOnlyObject = v.strictObject({ otlp: url, ...otlpSettings })
const path = rule<string>(
  "a path that begins with '/', without '?' and '#'",
  x => typeof x === 'string' && /^\/[^?#\s]*$/.test(x),
)
const prometheusObject = v.strictObject({
  port: v.optional(integerFrom(0, 65_535)),
  host: v.optional(text),
  path: v.optional(path),
})
const liveObject = v.strictObject({ path: v.optional(path), jaegerUrl: v.optional(url) })
const otlpObject = v.strictObject({
  url,
  intervalMillis: v.optional(positiveMillis),
  temporality: v.optional(oneOf('cumulative', 'delta', 'lowmemory')),
  ...otlpSettings,
})

/**
 * @returns a copy, read once: what is checked is what is used
 * @throws ConfigError
 */
export function checkedTelemetryOptions(options: StartTelemetryOptions): StartTelemetryOptions {
  const copy = copied(options, []) as StartTelemetryOptions
  try {
    checkOptions('startTelemetry', schemaFor(copy), copy)
    return copy
  } catch (error) {
    throw withoutCredentials(error)
  }
}

/** Of options within options, as `metrics.otlp.headers`. */
const MAX_DEPTH = 3

/** Options may be anything, a Proxy that throws too: nothing but a `ConfigError` is to come of it. */
function copied(value: unknown, path: readonly string[]): unknown {
  const copy: Record<string, unknown> = {}
  let at = path
  try {
    if (!isPlainObject(value) || path.length > MAX_DEPTH) return value
    // What is inherited counts: `Object.create(defaults)`.
    for (const key in value) {
      at = [...path, key]
      copy[key] = copied((value as Record<string, unknown>)[key], at)
    }
    return copy
  } catch (error) {
    if (error instanceof ConfigError) throw error
    throw new ConfigError('startTelemetry', at.join('.') || 'options', 'readable, without an error', value)
  }
}

/** The refused value of a URL is not to show its password, in the message or in the field. */
function withoutCredentials(error: unknown): unknown {
  if (!(error instanceof ConfigError) || typeof error.received !== 'string') return error
  const shown = shownUrl(error.received)
  return shown === error.received ? error : new ConfigError(error.owner, error.option, error.expected, shown)
}

/** An option that may be a word or an object is checked as what it is, so that the message names the very field. */
function schemaFor(options: StartTelemetryOptions): OptionSchema {
  const o: Partial<StartTelemetryOptions> = isPlainObject(options) ? options : {}
  return v.strictObject({
    preset: v.optional(oneOf('production', 'development', 'test', 'lowMemory')),
    serviceName: v.optional(text),
    serviceVersion: v.optional(text),
    resourceAttributes: v.optional(attributes),
    traces: v.optional(isPlainObject(o.traces) ? otlpOnlyObject : word('{ otlp: url }')),
    logs: v.optional(isPlainObject(o.logs) ? otlpOnlyObject : word('{ otlp: url }')),
    metrics: v.optional(isPlainObject(o.metrics) ? metricsObject(o.metrics) : word('{ prometheus, otlp }')),
    live: v.optional(
      isPlainObject(o.live)
        ? liveObject
        : rule('true | false | { path, jaegerUrl }', x => typeof x === 'boolean'),
    ),
    sampling: v.optional(rule('a number from 0 to 1', x => typeof x === 'number' && x >= 0 && x <= 1)),
    shutdownTimeoutMillis: v.optional(positiveMillis),
  })
}

function metricsObject({ prometheus, otlp }: MetricsOptions): OptionSchema {
  return v.strictObject({
    prometheus: v.optional(
      isPlainObject(prometheus) ? prometheusObject : rule('an object, or false', x => x === false),
    ),
    otlp: v.optional(
      isPlainObject(otlp) ? otlpObject : rule('an http or https URL, or an object with one', isHttpUrl),
    ),
  })
}

function word(object: string): v.GenericSchema {
  return rule(`'console' | 'none' | ${object}`, x => x === 'console' || x === 'none')
}

function isPlainObject(x: unknown): x is object {
  return typeof x === 'object' && x !== null && !Array.isArray(x)
}

function isAttributeValue(x: unknown): boolean {
  return Array.isArray(x) ? x.every(isPrimitive) : isPrimitive(x)
}

function isPrimitive(x: unknown): boolean {
  return typeof x === 'string' || typeof x === 'number' || typeof x === 'boolean'
}
