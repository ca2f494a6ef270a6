import { AggregationType, InstrumentType, MetricReader } from '@opentelemetry/sdk-metrics'
import type { ResourceMetrics } from '@opentelemetry/sdk-metrics'
import { describe } from '../failure-text.ts'
import type { ProblemLog } from '../problem-log.ts'

const OBSERVED: readonly InstrumentType[] = [
  InstrumentType.OBSERVABLE_COUNTER,
  InstrumentType.OBSERVABLE_GAUGE,
  InstrumentType.OBSERVABLE_UP_DOWN_COUNTER,
]

/** For observable callbacks of the program's own that never settle. */
const COLLECT_TIMEOUT_MILLIS = 2_000

/**
 * The live page's own reader. All counts of ours are observed, so nothing else is kept for it: the program's counters
 * and histograms cost no more with it than without.
 */
export class LiveReader extends MetricReader {
  readonly #problems: ProblemLog

  constructor(options: { readonly cardinalityLimit: number; readonly problems: ProblemLog }) {
    super({
      cardinalitySelector: () => options.cardinalityLimit,
      aggregationSelector: type => ({
        type: OBSERVED.includes(type) ? AggregationType.DEFAULT : AggregationType.DROP,
      }),
    })
    this.#problems = options.problems
  }

  async read(): Promise<ResourceMetrics> {
    const { resourceMetrics, errors } = await this.collect({ timeoutMillis: COLLECT_TIMEOUT_MILLIS })
    for (const error of errors) {
      this.#problems.report(
        'live: collection failed',
        `live page: a collection failed in part: ${describe(error)}`,
      )
    }
    return resourceMetrics
  }

  protected override async onForceFlush(): Promise<void> {
    // Nothing is held here.
  }

  protected override async onShutdown(): Promise<void> {
    // Nothing is held here.
  }
}
