import type { Attributes, BatchObservableResult, Meter, Observable } from '@opentelemetry/api'

/** An observable instrument as the telemetry registry defines it. */
export interface ObservedMetric {
  readonly name: string
  readonly instrument: 'counter' | 'updowncounter' | 'gauge' | 'histogram'
  readonly unit: string
  readonly description: string
}

/** What tells the figures of one collection. */
export interface Observations {
  /** @param metric one of those that the instruments were made with; of another, nothing is told */
  tell(metric: ObservedMetric, value: number, attributes: Readonly<Record<string, string>>): void
}

/**
 * A package's instruments at one meter: all observable, so that what happens costs no call into the SDK, and read by one
 * callback. Dispose of them to take the callback back.
 *
 * @throws whatever the SDK's meter throws
 */
export class ObservedInstruments implements Disposable {
  readonly meter: Meter
  readonly #instruments: ReadonlyMap<ObservedMetric, Observable>
  readonly #read: (to: Observations) => void
  /** SDKs keep attribute objects by reference: one for each series, never changed. */
  readonly #attributes: Map<string, Attributes> = new Map()

  /** @param read is called at each collection */
  constructor(meter: Meter, metrics: readonly ObservedMetric[], read: (to: Observations) => void) {
    this.meter = meter
    this.#read = read
    this.#instruments = new Map(metrics.map(metric => [metric, instrumentOf(meter, metric)]))
    meter.addBatchObservableCallback(this.#observe, [...this.#instruments.values()])
  }

  [Symbol.dispose](): void {
    this.meter.removeBatchObservableCallback(this.#observe, [...this.#instruments.values()])
  }

  readonly #observe = (result: BatchObservableResult): void => {
    this.#read({
      tell: (metric, value, attributes) => {
        const instrument = this.#instruments.get(metric)
        if (instrument !== undefined) result.observe(instrument, value, this.#kept(attributes))
      },
    })
  }

  #kept(attributes: Readonly<Record<string, string>>): Attributes {
    let id = ''
    for (const key in attributes) id += `${key}\n${attributes[key]}\n`
    let kept = this.#attributes.get(id)
    if (kept === undefined) this.#attributes.set(id, (kept = Object.freeze({ ...attributes })))
    return kept
  }
}

function instrumentOf(meter: Meter, { name, instrument, unit, description }: ObservedMetric): Observable {
  const options = { unit, description }
  if (instrument === 'counter') return meter.createObservableCounter(name, options)
  if (instrument === 'updowncounter') return meter.createObservableUpDownCounter(name, options)
  return meter.createObservableGauge(name, options)
}
