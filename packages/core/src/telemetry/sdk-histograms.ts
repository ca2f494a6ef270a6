import type { Histogram, Meter } from '@opentelemetry/api'
import { leaseTelemetry, type LeaseTelemetry } from './lease-telemetry.ts'
import { guardSdk } from './sdk-guard.ts'

/** A histogram as the telemetry registry defines it. */
export interface DurationMetric {
  readonly name: string
  readonly unit: string
  readonly description: string
  /** Upper bounds, inclusive, in seconds. */
  readonly boundaries: readonly number[]
}

/**
 * A package's durations straight into the SDK's histograms: for an SDK of the program's own whose readers do not have our
 * `MetricProducer`. Where there is a producer this does nothing.
 */
export class SdkHistograms {
  readonly #hub: LeaseTelemetry = leaseTelemetry()
  #meter: Meter | undefined
  #byName: Map<string, Histogram> = new Map()

  record(metric: DurationMetric, seconds: number, attributes: Readonly<Record<string, string>>): void {
    const meter = this.#hub.fallbackMeter
    if (meter === undefined) return
    guardSdk('metrics', () => this.#histogram(meter, metric).record(seconds, attributes))
  }

  #histogram(meter: Meter, { name, unit, description, boundaries }: DurationMetric): Histogram {
    if (this.#meter !== meter) {
      this.#meter = meter
      this.#byName = new Map()
    }
    let histogram = this.#byName.get(name)
    if (histogram === undefined) {
      const advice = { explicitBucketBoundaries: [...boundaries] }
      histogram = meter.createHistogram(name, { unit, description, advice })
      this.#byName.set(name, histogram)
    }
    return histogram
  }
}
