import type { Histogram, Meter } from '@opentelemetry/api'
import type { LeaseGroup } from '../lease-group.ts'
import type { CleanupStrategy } from '../lease.ts'
import { describeError } from '../foreign-value.ts'
import { warnOnce } from '../warning.ts'
import * as names from './names.generated.ts'

/**
 * Durations straight into the SDK's histograms: for an SDK of the program's own whose readers do not have our
 * `MetricProducer`. Some twenty times the cost of a hot histogram, and only from the registration on.
 */
export class DurationFallback {
  readonly meter: Meter
  readonly #held: Histogram
  readonly #cleanup: Histogram

  constructor(meter: Meter) {
    this.meter = meter
    this.#held = histogram(meter, names.METRIC_LEASE_DURATION)
    this.#cleanup = histogram(meter, names.METRIC_CLEANUP_DURATION)
  }

  recordHeld(group: LeaseGroup, seconds: number): void {
    if (!group.isExported) return
    record(this.#held, seconds, { [names.ATTR_KIND]: group.kind, [names.ATTR_NAME]: group.name })
  }

  recordCleanup(
    group: LeaseGroup,
    strategy: CleanupStrategy,
    errorType: string | undefined,
    seconds: number,
  ): void {
    if (!group.isExported) return
    record(this.#cleanup, seconds, {
      [names.ATTR_KIND]: group.kind,
      [names.ATTR_NAME]: group.name,
      [names.ATTR_CLEANUP_STRATEGY]: strategy,
      ...(errorType === undefined ? {} : { [names.ATTR_ERROR_TYPE]: errorType }),
    })
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
  try {
    into.record(seconds, attributes)
  } catch (error) {
    warnOnce('metering', `the metrics SDK threw: ${describeError(error)}`)
  }
}
