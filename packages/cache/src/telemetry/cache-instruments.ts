import type { Attributes, BatchObservableResult, Meter, Observable } from '@opentelemetry/api'
import type { CacheFigures } from '../cache-figures.ts'
import { REMOVAL_REASONS } from '../removal-reason.ts'
import { allSeries, type CacheSeries } from './cache-series.ts'
import * as names from './names.generated.ts'

type Figure = (figures: CacheFigures) => number

const RESULTS: readonly [names.CacheResultValue, Figure][] = [
  ['hit', ({ hits }) => hits],
  ['miss', ({ misses }) => misses],
  ['stale', ({ stale }) => stale],
]
const ENTRIES: readonly [names.CacheStateValue, Figure][] = [
  ['live', ({ entries }) => entries],
  ['retired', ({ retiredEntries }) => retiredEntries],
]
const BYTES: readonly [names.CacheStateValue, Figure][] = [
  ['live', ({ bytes }) => bytes],
  ['retired', ({ retiredBytes }) => retiredBytes],
]

/** The caches' instruments at one meter: all observable, read from plain integers by one callback. */
export class CacheInstruments implements Disposable {
  readonly #meter: Meter
  readonly #requests: Observable
  readonly #evictions: Observable
  readonly #evictionSize: Observable
  readonly #entries: Observable
  readonly #entryLimit: Observable
  readonly #size: Observable
  readonly #sizeLimit: Observable
  /** SDKs keep attribute objects by reference: one for each series, never changed. */
  readonly #attributes: Map<string, Attributes> = new Map()

  constructor(meter: Meter) {
    this.#meter = meter
    const counter = (m: names.MetricDefinition): Observable =>
      meter.createObservableCounter(m.name, { unit: m.unit, description: m.description })
    const upDown = (m: names.MetricDefinition): Observable =>
      meter.createObservableUpDownCounter(m.name, { unit: m.unit, description: m.description })
    this.#requests = counter(names.METRIC_CACHE_REQUESTS)
    this.#evictions = counter(names.METRIC_CACHE_EVICTIONS)
    this.#evictionSize = counter(names.METRIC_CACHE_EVICTION_SIZE)
    this.#entries = upDown(names.METRIC_CACHE_ENTRY_COUNT)
    this.#entryLimit = upDown(names.METRIC_CACHE_ENTRY_LIMIT)
    this.#size = upDown(names.METRIC_CACHE_SIZE)
    this.#sizeLimit = upDown(names.METRIC_CACHE_SIZE_LIMIT)
    meter.addBatchObservableCallback(this.#observe, this.#all)
  }

  [Symbol.dispose](): void {
    this.#meter.removeBatchObservableCallback(this.#observe, this.#all)
  }

  get #all(): Observable[] {
    return [
      this.#requests,
      this.#evictions,
      this.#evictionSize,
      this.#entries,
      this.#entryLimit,
      this.#size,
      this.#sizeLimit,
    ]
  }

  readonly #observe = (result: BatchObservableResult): void => {
    for (const series of allSeries()) {
      for (const [of, figure] of RESULTS) {
        result.observe(
          this.#requests,
          series.total(figure),
          this.#attributesOf(series, names.ATTR_CACHE_RESULT, of),
        )
      }
      for (const reason of REMOVAL_REASONS) {
        const attributes = this.#attributesOf(series, names.ATTR_CACHE_REASON, reason)
        result.observe(
          this.#evictions,
          series.total(({ removals }) => removals[reason]),
          attributes,
        )
        result.observe(
          this.#evictionSize,
          series.total(({ removedBytes }) => removedBytes[reason]),
          attributes,
        )
      }
      for (const [state, figure] of ENTRIES) {
        result.observe(
          this.#entries,
          series.now(figure),
          this.#attributesOf(series, names.ATTR_CACHE_STATE, state),
        )
      }
      for (const [state, figure] of BYTES) {
        result.observe(
          this.#size,
          series.now(figure),
          this.#attributesOf(series, names.ATTR_CACHE_STATE, state),
        )
      }
      const own = this.#attributesOf(series)
      const entryLimit = series.now(({ maxEntries }) => maxEntries)
      const sizeLimit = series.now(({ maxBytes }) => maxBytes)
      if (entryLimit !== Infinity) result.observe(this.#entryLimit, entryLimit, own)
      if (sizeLimit !== Infinity) result.observe(this.#sizeLimit, sizeLimit, own)
    }
  }

  #attributesOf({ name }: CacheSeries, key: string = '', value: string = ''): Attributes {
    const id = `${name}\n${key}\n${value}`
    let attributes = this.#attributes.get(id)
    if (attributes === undefined) {
      const own = { [names.ATTR_KIND]: 'cache.entry', [names.ATTR_NAME]: name }
      attributes = Object.freeze(key === '' ? own : { ...own, [key]: value })
      this.#attributes.set(id, attributes)
    }
    return attributes
  }
}
