import type { Histogram, Meter } from '@opentelemetry/api'
import type { LeaseGroup } from '../lease-group.ts'
import type { CleanupStrategy } from '../lease.ts'
import type { LeaseSeries } from './lease-series.ts'
import * as names from './names.generated.ts'
import { guardSdk } from './sdk-guard.ts'

/**
 * Durations straight into the SDK's histograms: for an SDK of the program's own whose readers do not have our
 * `MetricProducer`. Some twenty times the cost of a hot histogram, and only from the registration on.
 */
export class DurationFallback {
  readonly meter: Meter
  readonly #held: Histogram
  readonly #cleanup: Histogram

  readonly #series: LeaseSeries

  /** @param series tells as what a group is counted: an SDK's histogram has no more room than other instruments */
  constructor(meter: Meter, series: LeaseSeries) {
    this.meter = meter
    this.#series = series
    this.#held = histogram(meter, names.METRIC_LEASE_DURATION)
    this.#cleanup = histogram(meter, names.METRIC_CLEANUP_DURATION)
  }

  recordHeld(group: LeaseGroup, seconds: number): void {
    if (!group.isExported) return
    record(this.#held, seconds, this.#countedAs(group))
  }

  /** @param errorType as the group has counted it */
  recordCleanup(
    group: LeaseGroup,
    strategy: CleanupStrategy,
    errorType: string | undefined,
    seconds: number,
  ): void {
    if (!group.isExported) return
    record(this.#cleanup, seconds, {
      ...this.#countedAs(group),
      [names.ATTR_CLEANUP_STRATEGY]: strategy,
      ...(errorType === undefined ? {} : { [names.ATTR_ERROR_TYPE]: errorType }),
    })
  }

  #countedAs(group: LeaseGroup): Record<string, string> {
    const { kind, name } = this.#series.countedAs(group)
    return { [names.ATTR_KIND]: kind, [names.ATTR_NAME]: name }
  }
}

function histogram(
  meter: Meter,
  m: { name: string; unit: string; description: string; boundaries: readonly number[] },
): Histogram {
  const advice = { explicitBucketBoundaries: [...m.boundaries] }
  return meter.createHistogram(m.name, { unit: m.unit, description: m.description, advice })
}

function record(into: Histogram, seconds: number, attributes: Record<string, string>): void {
  guardSdk('metrics', () => into.record(seconds, attributes))
}
