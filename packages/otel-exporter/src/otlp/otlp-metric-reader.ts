import { PeriodicExportingMetricReader } from '@opentelemetry/sdk-metrics'
import type { CollectionResult, MetricProducer } from '@opentelemetry/sdk-metrics'
import type { OtlpMetricExporter } from './otlp-metric-exporter.ts'

export interface OtlpMetricReaderOptions {
  readonly exporter: OtlpMetricExporter
  readonly producer: MetricProducer
  readonly intervalMillis: number
  readonly cardinalityLimit: number
  /** How long an observable callback of the program's own may take. */
  readonly callbackMillis: number
  /** The same at the end of the program: one that never settles must leave the others the time to be delivered. */
  readonly lastCallbackMillis: number
}

/** Collects each interval, and once more at the end. */
export class OtlpMetricReader extends PeriodicExportingMetricReader {
  readonly #options: OtlpMetricReaderOptions

  constructor(options: OtlpMetricReaderOptions) {
    const { exporter, producer, intervalMillis, cardinalityLimit, callbackMillis } = options
    super({
      exporter,
      exportIntervalMillis: intervalMillis,
      exportTimeoutMillis: Math.min(intervalMillis, callbackMillis),
      metricProducers: [producer],
      cardinalityLimits: { default: cardinalityLimit },
    })
    this.#options = options
  }

  override collect({ timeoutMillis }: { timeoutMillis?: number } = {}): Promise<CollectionResult> {
    const { exporter, callbackMillis, lastCallbackMillis } = this.#options
    const given = timeoutMillis ?? callbackMillis
    return super.collect({
      timeoutMillis: exporter.queue.isHurried ? Math.min(given, lastCallbackMillis) : given,
    })
  }
}
