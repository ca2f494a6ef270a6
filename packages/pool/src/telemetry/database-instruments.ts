import type { Attributes, BatchObservableResult, Meter, Observable } from '@opentelemetry/api'
import type { PoolStatus } from '../pool-status.ts'
import * as names from './names.generated.ts'
import { usedOf } from './pool-instruments.ts'
import { databaseSeries } from './pool-series.ts'

/** How each is read from the statuses of the pools of one name. */
const SUMS: readonly [names.MetricDefinition, (status: PoolStatus) => number][] = [
  [names.METRIC_DB_CLIENT_CONNECTION_IDLE_MAX, ({ max }) => max],
  [names.METRIC_DB_CLIENT_CONNECTION_IDLE_MIN, ({ min }) => min],
  [names.METRIC_DB_CLIENT_CONNECTION_LIMIT, ({ max }) => max],
  [names.METRIC_DB_CLIENT_CONNECTION_PENDING_REQUESTS, ({ waiting }) => waiting],
]

const STATES: Readonly<Record<names.DbClientConnectionStateValue, (status: PoolStatus) => number>> = {
  idle: ({ idle }) => idle,
  used: usedOf,
}

/**
 * OpenTelemetry's own instruments of database connection pools: what the pools' own ones read, read once more. Made
 * with the first pool that is declared a database's.
 */
export class DatabaseInstruments implements Disposable {
  readonly #meter: Meter
  readonly #count: Observable
  readonly #timeouts: Observable
  readonly #sums: readonly { readonly of: Observable; readonly figure: (status: PoolStatus) => number }[]
  /** SDKs keep attribute objects by reference: one for each series, never changed. */
  readonly #attributes: Map<string, Attributes> = new Map()

  constructor(meter: Meter) {
    this.#meter = meter
    const upDown = (m: names.MetricDefinition): Observable =>
      meter.createObservableUpDownCounter(m.name, { unit: m.unit, description: m.description })
    this.#count = upDown(names.METRIC_DB_CLIENT_CONNECTION_COUNT)
    this.#sums = SUMS.map(([metric, figure]) => ({ of: upDown(metric), figure }))
    const { name, unit, description } = names.METRIC_DB_CLIENT_CONNECTION_TIMEOUTS
    this.#timeouts = meter.createObservableCounter(name, { unit, description })
    meter.addBatchObservableCallback(this.#observe, this.#all)
  }

  [Symbol.dispose](): void {
    this.#meter.removeBatchObservableCallback(this.#observe, this.#all)
  }

  get #all(): Observable[] {
    return [this.#count, this.#timeouts, ...this.#sums.map(sum => sum.of)]
  }

  readonly #observe = (result: BatchObservableResult): void => {
    for (const { name, open, acquireTimeouts } of databaseSeries()) {
      const pools = [...open].map(pool => pool.status())
      const sum = (figure: (status: PoolStatus) => number): number =>
        pools.reduce((total, status) => total + figure(status), 0)
      for (const state of names.DB_CLIENT_CONNECTION_STATE_VALUES) {
        result.observe(this.#count, sum(STATES[state]), this.#attributesOf(name, state))
      }
      for (const { of, figure } of this.#sums) result.observe(of, sum(figure), this.#attributesOf(name))
      result.observe(this.#timeouts, acquireTimeouts, this.#attributesOf(name))
    }
  }

  #attributesOf(name: string, state: string = ''): Attributes {
    const id = `${name}\n${state}`
    let attributes = this.#attributes.get(id)
    if (attributes === undefined) {
      const own = { [names.ATTR_DB_CLIENT_CONNECTION_POOL_NAME]: name }
      attributes = state === '' ? own : { ...own, [names.ATTR_DB_CLIENT_CONNECTION_STATE]: state }
      this.#attributes.set(id, Object.freeze(attributes))
    }
    return attributes
  }
}
