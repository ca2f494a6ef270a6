import { leaseTelemetry, processClock, ResourceRegistry } from '@leasehold/core'
import type { Resource } from '@opentelemetry/resources'
import {
  ConsoleMetricExporter,
  MeterProvider,
  PeriodicExportingMetricReader,
} from '@opentelemetry/sdk-metrics'
import type { MetricReader } from '@opentelemetry/sdk-metrics'
import type { Delivery } from './delivery.ts'
import { LivePage } from './live/live-page.ts'
import type { LivePlan } from './live/live-plan.ts'
import { LiveReader } from './live/live-reader.ts'
import { LiveView } from './live/live-view.ts'
import { leaseholdMetricProducer } from './metric-producer.ts'
import { OtlpMetricReader } from './otlp/otlp-metric-reader.ts'
import { OtlpMetricExporter } from './otlp/otlp-metric-exporter.ts'
import type { ProblemLog } from './problem-log.ts'
import { PrometheusReader } from './prometheus/prometheus-reader.ts'
import { ScrapeServer } from './prometheus/scrape-server.ts'
import type { MetricPlan } from './telemetry-plan.ts'

/** For observable callbacks of the program's own that never settle. */
const CALLBACK_MILLIS = 5_000

export interface MetricPipelineOptions {
  readonly plan: MetricPlan
  readonly resource: Resource
  readonly stallMillis: number
  readonly problems: ProblemLog
}

/** From instruments, and core's own histograms, to where they are read. */
export class MetricPipeline {
  readonly provider: MeterProvider
  readonly deliveries: Delivery[] = []
  readonly server: ScrapeServer | undefined
  readonly #producer: Disposable

  constructor({ plan, resource, stallMillis, problems }: MetricPipelineOptions) {
    const readers: MetricReader[] = []
    if (plan.prometheus !== undefined) {
      const metricProducers = [leaseholdMetricProducer()]
      const reader = new PrometheusReader({
        metricProducers,
        cardinalityLimit: plan.cardinalityLimit,
        problems,
      })
      readers.push(reader)
      const live = plan.prometheus.live && livePage(plan.prometheus.live, plan, problems)
      if (live !== undefined) readers.push(live.reader)
      this.server = new ScrapeServer({
        ...plan.prometheus,
        scrape: () => reader.scrape(),
        live: live?.page,
        problems,
      })
    }
    if (plan.otlp !== undefined) {
      const { otlp: target, temporality } = plan
      const exporter = new OtlpMetricExporter({ target, temporality, stallMillis, problems })
      this.deliveries.push(exporter.queue)
      readers.push(
        new OtlpMetricReader({
          ...plan,
          exporter,
          producer: leaseholdMetricProducer({
            temporality: temporality === 'cumulative' ? 'cumulative' : 'delta',
          }),
          callbackMillis: CALLBACK_MILLIS,
          lastCallbackMillis: stallMillis,
        }),
      )
    }
    if (plan.console) readers.push(consoleReader(plan))
    // Before the provider is seen, so that core does not begin to record into its histograms as well.
    this.#producer = leaseTelemetry().attachProducer()
    this.provider = new MeterProvider({ resource, readers })
  }

  async flush(): Promise<void> {
    await this.provider.forceFlush()
  }

  async shutdown(): Promise<void> {
    await Promise.all([this.provider.shutdown(), this.server?.close()])
    this.#producer[Symbol.dispose]()
  }
}

function livePage(
  { path, jaegerUrl }: LivePlan,
  { cardinalityLimit }: MetricPlan,
  problems: ProblemLog,
): { reader: LiveReader; page: LivePage } {
  const reader = new LiveReader({ cardinalityLimit, problems })
  const view = new LiveView({
    read: () => reader.read(),
    leases: filter => ResourceRegistry.default.leases(filter),
    now: processClock.now,
    jaegerUrl,
  })
  const state = async (): Promise<string> => JSON.stringify(await view.state())
  return { reader, page: new LivePage({ path, state, clock: processClock, problems }) }
}

function consoleReader({ intervalMillis, cardinalityLimit }: MetricPlan): MetricReader {
  return new PeriodicExportingMetricReader({
    exporter: new ConsoleMetricExporter(),
    exportIntervalMillis: intervalMillis,
    exportTimeoutMillis: Math.min(intervalMillis, CALLBACK_MILLIS),
    metricProducers: [leaseholdMetricProducer()],
    cardinalityLimits: { default: cardinalityLimit },
  })
}
