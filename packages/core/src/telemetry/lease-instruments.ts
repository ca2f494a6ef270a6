import type { Attributes, BatchObservableResult, Meter, Observable } from '@opentelemetry/api'
import * as names from './names.generated.ts'
import { OUTCOMES } from '../lease.ts'
import type { LeaseSeries, SeriesTotals } from './lease-series.ts'

interface Metric {
  readonly name: string
  readonly unit: string
  readonly description: string
}

const optionsOf = ({ unit, description }: Metric): { unit: string; description: string } => ({
  unit,
  description,
})

/**
 * The instruments of leases: all observable, so that a lease itself costs no call into the SDK. One callback
 * reads the counts. All outcomes are observed from the first lease on, at 0: `increase()` needs a start.
 */
export class LeaseInstruments {
  readonly meter: Meter
  readonly #series: LeaseSeries
  readonly #acquisitions: Observable
  readonly #active: Observable
  readonly #overdue: Observable
  readonly #quarantined: Observable
  readonly #oldestAge: Observable
  readonly #cleanups: Observable
  /** SDKs keep attribute objects by reference: one for each series, never changed. */
  readonly #attributes: Map<string, Attributes> = new Map()

  constructor(meter: Meter, series: LeaseSeries) {
    this.meter = meter
    this.#series = series
    const counter = (m: Metric): Observable => meter.createObservableCounter(m.name, optionsOf(m))
    const upDown = (m: Metric): Observable => meter.createObservableUpDownCounter(m.name, optionsOf(m))
    this.#acquisitions = counter(names.METRIC_LEASE_ACQUISITIONS)
    this.#cleanups = counter(names.METRIC_CLEANUPS)
    this.#active = upDown(names.METRIC_LEASE_ACTIVE)
    this.#overdue = upDown(names.METRIC_LEASE_OVERDUE)
    this.#quarantined = upDown(names.METRIC_LEASE_QUARANTINED)
    this.#oldestAge = meter.createObservableGauge(
      names.METRIC_LEASE_OLDEST_AGE.name,
      optionsOf(names.METRIC_LEASE_OLDEST_AGE),
    )
    meter.addBatchObservableCallback(this.#observe, this.#all)
  }

  remove(): void {
    this.meter.removeBatchObservableCallback(this.#observe, this.#all)
  }

  get #all(): Observable[] {
    return [
      this.#acquisitions,
      this.#cleanups,
      this.#active,
      this.#overdue,
      this.#quarantined,
      this.#oldestAge,
    ]
  }

  readonly #observe = (result: BatchObservableResult): void => {
    for (const totals of this.#series.totals()) {
      const attributes = this.#attributesOf(totals, '')
      result.observe(this.#acquisitions, totals.acquired, attributes)
      result.observe(this.#active, totals.live, attributes)
      result.observe(this.#overdue, totals.overdue, attributes)
      result.observe(this.#quarantined, totals.quarantined, attributes)
      result.observe(this.#oldestAge, totals.oldestMillis / 1_000, attributes)
      for (const outcome of OUTCOMES) {
        result.observe(this.#cleanups, totals[outcome], this.#attributesOf(totals, outcome))
      }
    }
  }

  #attributesOf({ kind, name }: SeriesTotals, outcome: string): Attributes {
    const key = `${kind}\n${name}\n${outcome}`
    let attributes = this.#attributes.get(key)
    if (attributes === undefined) {
      attributes = { [names.ATTR_KIND]: kind, [names.ATTR_NAME]: name }
      if (outcome !== '') attributes[names.ATTR_CLEANUP_OUTCOME] = outcome
      this.#attributes.set(key, Object.freeze(attributes))
    }
    return attributes
  }
}
