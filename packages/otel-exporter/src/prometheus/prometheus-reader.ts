import { PrometheusSerializer } from '@opentelemetry/exporter-prometheus'
import { MetricReader } from '@opentelemetry/sdk-metrics'
import type { CollectionResult, MetricProducer } from '@opentelemetry/sdk-metrics'
import { describe } from '../failure-text.ts'
import type { ProblemLog } from '../problem-log.ts'
import { translated } from './metric-translation.ts'

/** For observable callbacks of the program's own that never settle: within Prometheus' default of 10 s. */
const COLLECT_TIMEOUT_MILLIS = 5_000

export interface PrometheusReaderOptions {
  readonly metricProducers: MetricProducer[]
  readonly cardinalityLimit: number
  readonly problems: ProblemLog
}

/**
 * Collects for Prometheus, under the names of {@link translated}. It is a reader only: who asks it, and how, is the
 * scrape server's business.
 */
export class PrometheusReader extends MetricReader {
  /** Without labels for the scope, which {@link translated} makes: the serializer can write a name only once. */
  readonly #serializer: PrometheusSerializer = new PrometheusSerializer(
    undefined,
    false,
    undefined,
    false,
    true,
  )
  readonly #problems: ProblemLog
  #running: Promise<string> | undefined

  constructor({ metricProducers, cardinalityLimit, problems }: PrometheusReaderOptions) {
    super({ metricProducers, cardinalitySelector: () => cardinalityLimit })
    this.#problems = problems
  }

  override async collect(options?: { timeoutMillis?: number }): Promise<CollectionResult> {
    const { resourceMetrics, errors } = await super.collect(options)
    const clash = (message: string): void => this.#problems.report('metrics: names clash', message)
    return { resourceMetrics: translated(resourceMetrics, clash), errors }
  }

  /** The exposition text. Scrapes that come while one runs get that one's. */
  scrape(): Promise<string> {
    this.#running ??= this.#scrape().finally(() => {
      this.#running = undefined
    })
    return this.#running
  }

  async #scrape(): Promise<string> {
    const { resourceMetrics, errors } = await this.collect({ timeoutMillis: COLLECT_TIMEOUT_MILLIS })
    for (const error of errors) {
      this.#problems.report(
        'metrics: collection failed',
        `metrics: a collection failed in part: ${describe(error)}`,
      )
    }
    return `${this.#serializer.serialize(resourceMetrics)}\n`
  }

  protected override async onForceFlush(): Promise<void> {
    // Nothing is held here.
  }

  protected override async onShutdown(): Promise<void> {
    // Nothing is held here.
  }
}
