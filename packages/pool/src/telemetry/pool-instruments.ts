import type { Attributes, BatchObservableResult, Meter, Observable } from '@opentelemetry/api'
import type { PoolStatus } from '../pool-status.ts'
import * as names from './names.generated.ts'
import { allSeries, type PoolReading, type PoolSeries } from './pool-series.ts'

/** Not idle, and of no use to anybody else. */
export const usedOf = ({ borrowed, validating, resetting }: PoolStatus): number =>
  borrowed + validating + resetting

const STATES: readonly [names.PoolResourceStateValue, (status: PoolStatus) => number][] = [
  ['idle', ({ idle }) => idle],
  ['used', usedOf],
  ['creating', ({ creating }) => creating],
  ['destroying', ({ destroying }) => destroying],
]

const BREAKER: Readonly<Record<PoolStatus['breaker'], number>> = {
  closed: 0,
  disabled: 0,
  'half-open': 1,
  open: 2,
}

/** The pools' instruments at one meter: all observable, read from plain integers by one callback. */
export class PoolInstruments implements Disposable {
  readonly #meter: Meter
  readonly #count: Observable
  readonly #limit: Observable
  readonly #pending: Observable
  readonly #timeouts: Observable
  readonly #breaker: Observable
  /** SDKs keep attribute objects by reference: one for each series, never changed. */
  readonly #attributes: Map<string, Attributes> = new Map()

  constructor(meter: Meter) {
    this.#meter = meter
    const upDown = (m: names.MetricDefinition): Observable =>
      meter.createObservableUpDownCounter(m.name, { unit: m.unit, description: m.description })
    this.#count = upDown(names.METRIC_POOL_RESOURCE_COUNT)
    this.#limit = upDown(names.METRIC_POOL_RESOURCE_LIMIT)
    this.#pending = upDown(names.METRIC_POOL_PENDING_REQUESTS)
    const { METRIC_POOL_TIMEOUTS: timeouts, METRIC_POOL_BREAKER_STATE: breaker } = names
    this.#timeouts = meter.createObservableCounter(timeouts.name, {
      unit: timeouts.unit,
      description: timeouts.description,
    })
    this.#breaker = meter.createObservableGauge(breaker.name, {
      unit: breaker.unit,
      description: breaker.description,
    })
    meter.addBatchObservableCallback(this.#observe, this.#all)
  }

  [Symbol.dispose](): void {
    this.#meter.removeBatchObservableCallback(this.#observe, this.#all)
  }

  get #all(): Observable[] {
    return [this.#count, this.#limit, this.#pending, this.#timeouts, this.#breaker]
  }

  readonly #observe = (result: BatchObservableResult): void => {
    for (const series of allSeries()) {
      const pools = [...series.open].map((pool: PoolReading) => pool.status())
      const sum = (figure: (status: PoolStatus) => number): number =>
        pools.reduce((total, status) => total + figure(status), 0)
      for (const [state, figure] of STATES) {
        const key = names.ATTR_POOL_RESOURCE_STATE
        result.observe(this.#count, sum(figure), this.#attributesOf(series, 'pool.resource', key, state))
      }
      const own = this.#attributesOf(series, 'pool.resource')
      result.observe(
        this.#limit,
        sum(({ max }) => max),
        own,
      )
      result.observe(this.#breaker, Math.max(0, ...pools.map(({ breaker }) => BREAKER[breaker])), own)
      result.observe(
        this.#pending,
        sum(({ waiting }) => waiting),
        this.#attributesOf(series, 'pool.loan'),
      )
      for (const phase of names.POOL_PHASE_VALUES) {
        const attributes = this.#attributesOf(series, 'pool.loan', names.ATTR_POOL_PHASE, phase)
        result.observe(this.#timeouts, series.timeouts[phase], attributes)
      }
    }
  }

  #attributesOf({ name }: PoolSeries, kind: string, key: string = '', value: string = ''): Attributes {
    const id = `${kind}\n${name}\n${key}\n${value}`
    let attributes = this.#attributes.get(id)
    if (attributes === undefined) {
      attributes = {
        [names.ATTR_KIND]: kind,
        [names.ATTR_NAME]: name,
        ...(key === '' ? {} : { [key]: value }),
      }
      this.#attributes.set(id, Object.freeze(attributes))
    }
    return attributes
  }
}
