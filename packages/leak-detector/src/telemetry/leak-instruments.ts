import type { Attributes, BatchObservableResult, Meter, Observable } from '@opentelemetry/api'
import { rateOf } from '../rules/cleanup-success.ts'
import { allLeakSeries } from './leak-series.ts'
import * as names from './names.generated.ts'
import { runningDetectors } from './running-detectors.ts'

/** How many series of alerts are kept at 0 after their end. */
const MAX_ALERT_SERIES = 1_900

/** The detector's instruments at one meter: all observable, read by one callback. */
export class LeakInstruments implements Disposable {
  readonly #meter: Meter
  readonly #leaks: Observable
  readonly #alerts: Observable
  readonly #ratio: Observable
  /** SDKs keep attribute objects by reference: one for each series, never changed. */
  readonly #attributes: Map<string, Attributes> = new Map()
  /** Those of alerts that have been seen: they go on being told, at 0. */
  readonly #alertSeries: Set<Attributes> = new Set()

  constructor(meter: Meter) {
    this.#meter = meter
    const { METRIC_LEAKS: leaks, METRIC_ALERT_ACTIVE: alerts, METRIC_CLEANUP_SUCCESS_RATIO: ratio } = names
    this.#leaks = meter.createObservableCounter(leaks.name, optionsOf(leaks))
    this.#alerts = meter.createObservableUpDownCounter(alerts.name, optionsOf(alerts))
    this.#ratio = meter.createObservableGauge(ratio.name, optionsOf(ratio))
    meter.addBatchObservableCallback(this.#observe, this.#all)
  }

  [Symbol.dispose](): void {
    this.#meter.removeBatchObservableCallback(this.#observe, this.#all)
  }

  get #all(): Observable[] {
    return [this.#leaks, this.#alerts, this.#ratio]
  }

  readonly #observe = (result: BatchObservableResult): void => {
    for (const { kind, name, leaks } of allLeakSeries()) {
      for (const reason of names.LEAK_REASON_VALUES) {
        result.observe(this.#leaks, leaks[reason], this.#of(kind, name, { [names.ATTR_LEAK_REASON]: reason }))
      }
    }
    this.#observeAlerts(result)
    this.#observeRatios(result)
  }

  #observeAlerts(result: BatchObservableResult): void {
    const active = new Map<Attributes, number>()
    for (const detector of runningDetectors) {
      for (const { kind, name, rule, severity } of detector.active()) {
        const more = { [names.ATTR_ALERT_RULE]: rule, [names.ATTR_ALERT_SEVERITY]: severity }
        const attributes = this.#of(kind, name, more)
        active.set(attributes, (active.get(attributes) ?? 0) + 1)
        if (this.#alertSeries.size < MAX_ALERT_SERIES) this.#alertSeries.add(attributes)
      }
    }
    for (const attributes of this.#alertSeries) if (!active.has(attributes)) active.set(attributes, 0)
    for (const [attributes, count] of active) result.observe(this.#alerts, count, attributes)
  }

  #observeRatios(result: BatchObservableResult): void {
    const counts = new Map<Attributes, { succeeded: number; failed: number }>()
    for (const detector of runningDetectors) {
      for (const { kind, name, windows } of detector.healths()) {
        for (const [window, { succeeded, failed }] of [
          ['5m', windows.short],
          ['60m', windows.long],
        ] as const) {
          if (succeeded + failed === 0) continue
          const attributes = this.#of(kind, name, { [names.ATTR_CLEANUP_WINDOW]: window })
          const sum = counts.get(attributes) ?? { succeeded: 0, failed: 0 }
          counts.set(attributes, { succeeded: sum.succeeded + succeeded, failed: sum.failed + failed })
        }
      }
    }
    for (const [attributes, sum] of counts) result.observe(this.#ratio, rateOf(sum), attributes)
  }

  #of(kind: string, name: string, more: Attributes): Attributes {
    const key = [kind, name, ...Object.values(more)].join('\n')
    let attributes = this.#attributes.get(key)
    if (attributes === undefined) {
      attributes = Object.freeze({ [names.ATTR_KIND]: kind, [names.ATTR_NAME]: name, ...more })
      this.#attributes.set(key, attributes)
    }
    return attributes
  }
}

function optionsOf({ unit, description }: names.MetricDefinition): { unit: string; description: string } {
  return { unit, description }
}
