import type { Meter } from '@opentelemetry/api'
import { ObservedInstruments, type Observations } from '@leasehold/core'
import { rateOf } from '../rules/cleanup-success.ts'
import { allLeakSeries } from './leak-series.ts'
import * as names from './names.generated.ts'
import { runningDetectors } from './running-detectors.ts'

/** How many series of alerts are kept at 0 after their end. */
const MAX_ALERT_SERIES = 1_900

const METRICS = [names.METRIC_LEAKS, names.METRIC_ALERT_ACTIVE, names.METRIC_CLEANUP_SUCCESS_RATIO]

type Attributes = Readonly<Record<string, string>>

export function leakInstruments(meter: Meter): Disposable {
  const alerts = new AlertSeries()
  return new ObservedInstruments(meter, METRICS, to => {
    tellLeaks(to)
    alerts.tell(to)
    tellRatios(to)
  })
}

function tellLeaks(to: Observations): void {
  for (const { kind, name, leaks } of allLeakSeries()) {
    for (const reason of names.LEAK_REASON_VALUES) {
      to.tell(
        names.METRIC_LEAKS,
        leaks[reason],
        attributesOf(kind, name, { [names.ATTR_LEAK_REASON]: reason }),
      )
    }
  }
}

/** Alerts that have been seen go on being told, at 0. */
class AlertSeries {
  readonly #seen: Map<string, Attributes> = new Map()

  tell(to: Observations): void {
    const active = new Sums<number>((one, other) => one + other)
    for (const detector of runningDetectors) {
      for (const { kind, name, rule, severity } of detector.active()) {
        const more = { [names.ATTR_ALERT_RULE]: rule, [names.ATTR_ALERT_SEVERITY]: severity }
        active.add(attributesOf(kind, name, more), 1)
      }
    }
    for (const [key, { attributes }] of active.sums) {
      if (this.#seen.size < MAX_ALERT_SERIES) this.#seen.set(key, attributes)
    }
    for (const attributes of this.#seen.values()) active.add(attributes, 0)
    for (const { attributes, sum } of active.sums.values())
      to.tell(names.METRIC_ALERT_ACTIVE, sum, attributes)
  }
}

interface Outcomes {
  readonly succeeded: number
  readonly failed: number
}

function tellRatios(to: Observations): void {
  const outcomes = new Sums<Outcomes>((one, other) => ({
    succeeded: one.succeeded + other.succeeded,
    failed: one.failed + other.failed,
  }))
  for (const detector of runningDetectors) {
    for (const { kind, name, windows } of detector.healths()) {
      for (const [window, counts] of [
        ['5m', windows.short],
        ['60m', windows.long],
      ] as const) {
        if (counts.succeeded + counts.failed === 0) continue
        outcomes.add(attributesOf(kind, name, { [names.ATTR_CLEANUP_WINDOW]: window }), counts)
      }
    }
  }
  for (const { attributes, sum } of outcomes.sums.values()) {
    to.tell(names.METRIC_CLEANUP_SUCCESS_RATIO, rateOf(sum), attributes)
  }
}

/** Figures of several detectors, summed by their attributes. */
class Sums<Figure> {
  readonly sums: Map<string, { readonly attributes: Attributes; readonly sum: Figure }> = new Map()
  readonly #plus: (one: Figure, other: Figure) => Figure

  constructor(plus: (one: Figure, other: Figure) => Figure) {
    this.#plus = plus
  }

  add(attributes: Attributes, figure: Figure): void {
    const key = Object.values(attributes).join('\n')
    const known = this.sums.get(key)
    this.sums.set(key, { attributes, sum: known === undefined ? figure : this.#plus(known.sum, figure) })
  }
}

function attributesOf(kind: string, name: string, more: Attributes): Attributes {
  return { [names.ATTR_KIND]: kind, [names.ATTR_NAME]: name, ...more }
}
