import type { Histogram, Meter } from '@opentelemetry/api'
import { describeError, leaseTelemetry, safeText, warnOnce, type LeaseTelemetry } from '@leasehold/core'
import type { PoolTelemetrySettings } from '../pool-options.ts'
import type { PoolPhase } from '../pool-error.ts'
import * as names from './names.generated.ts'
import { poolHistograms } from './pool-histograms.ts'
import { PoolInstruments } from './pool-instruments.ts'
import { PoolSeries, seriesOf, type PoolReading } from './pool-series.ts'
import { PoolSpans } from './pool-spans.ts'

let isAdded = false

/** With the first pool, not when the module loads: a program that makes none exports nothing. */
function addSource(): void {
  if (isAdded) return
  isAdded = true
  leaseTelemetry().addSource({ instrument: meter => new PoolInstruments(meter), histograms: poolHistograms })
}

/** All that one pool tells of itself. */
export class PoolTelemetry {
  readonly spans: PoolSpans
  readonly #hub: LeaseTelemetry = leaseTelemetry()
  readonly #series: PoolSeries
  readonly #isExported: boolean
  #fallback: { readonly meter: Meter; readonly of: Map<string, Histogram> } | undefined

  constructor(name: string, settings: PoolTelemetrySettings, pool: PoolReading) {
    this.spans = new PoolSpans(name, settings)
    this.#isExported = settings.metrics
    this.#series = this.#isExported ? seriesOf(safeText(name)) : new PoolSeries(name)
    if (!this.#isExported) return
    this.#series.open.add(pool)
    addSource()
  }

  /** Whether durations go straight into an SDK's histograms: then {@link used} is to be told. */
  get isFallback(): boolean {
    return this.#isExported && this.#hub.fallbackMeter !== undefined
  }

  /** An acquire that found an idle resource. */
  served(): void {
    if (!this.#isExported) return
    this.#series.immediate++
    if (this.#hub.fallbackMeter !== undefined) this.#record(names.METRIC_POOL_WAIT_DURATION, 'pool.loan', 0)
  }

  waited(millis: number): void {
    if (!this.#isExported) return
    this.#series.waited(millis / 1_000)
    this.#record(names.METRIC_POOL_WAIT_DURATION, 'pool.loan', millis)
  }

  created(millis: number): void {
    if (!this.#isExported) return
    this.#series.creates.record(millis / 1_000)
    this.#record(names.METRIC_POOL_CREATE_DURATION, 'pool.resource', millis)
  }

  /** How long a resource was lent; core's own histogram has it where there is a producer. */
  used(millis: number): void {
    this.#record(names.METRIC_POOL_USE_DURATION, 'pool.loan', millis)
  }

  timedOut(phase: PoolPhase): void {
    if (this.#isExported) this.#series.timeouts[phase]++
  }

  closed(pool: PoolReading): void {
    this.#series.open.delete(pool)
  }

  /** For an SDK of the program's own whose readers do not have our producer. */
  #record(m: names.HistogramDefinition, kind: string, millis: number): void {
    const meter = this.#hub.fallbackMeter
    if (meter === undefined) return
    try {
      if (this.#fallback?.meter !== meter) this.#fallback = { meter, of: new Map() }
      let histogram = this.#fallback.of.get(m.name)
      if (histogram === undefined) {
        const advice = { explicitBucketBoundaries: [...m.boundaries] }
        histogram = meter.createHistogram(m.name, { unit: m.unit, description: m.description, advice })
        this.#fallback.of.set(m.name, histogram)
      }
      histogram.record(millis / 1_000, { [names.ATTR_KIND]: kind, [names.ATTR_NAME]: this.#series.name })
    } catch (error) {
      warnOnce('metering', `the metrics SDK threw: ${describeError(error)}`)
    }
  }
}
