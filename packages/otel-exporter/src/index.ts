/**
 * The OpenTelemetry SDK set up in one call: traces to Jaeger by OTLP, metrics to Prometheus by scrape or OTLP.
 *
 * ```ts
 * import { startTelemetry } from '@leasehold/otel-exporter'
 *
 * const telemetry = startTelemetry({ serviceName: 'orders' })
 * await telemetry.ready
 * console.log(telemetry.prometheus?.url) // http://127.0.0.1:9464/metrics
 * // ... the program's work ...
 * await telemetry.shutdown()
 * ```
 */
export { leaseholdMetricProducer } from './metric-producer.ts'
export type { MetricProducerOptions } from './metric-producer.ts'
export type { OtlpProtocol } from './otlp/otlp-target.ts'
export type { LiveEndpoint, PrometheusEndpoint } from './prometheus/scrape-server.ts'
export { startTelemetry } from './start-telemetry.ts'
export type { SpanCounts, Telemetry } from './telemetry.ts'
export type {
  LiveOptions,
  MetricsOptions,
  OtlpLogsOptions,
  OtlpMetricsOptions,
  OtlpSettings,
  OtlpTracesOptions,
  PrometheusOptions,
  StartTelemetryOptions,
} from './telemetry-options.ts'
