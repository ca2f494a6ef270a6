import type { Attributes, BatchObservableResult, Meter, Observable } from '@opentelemetry/api'
import { allSeries } from './mmap-series.ts'
import * as names from './names.generated.ts'

/** The mappings' instruments at one meter: all observable, read from plain integers by one callback. */
export class MmapInstruments implements Disposable {
  readonly #meter: Meter
  readonly #count: Observable
  readonly #size: Observable
  readonly #io: Observable
  readonly #faults: Observable
  readonly #fallbacks: Observable
  /** SDKs keep attribute objects by reference: one for each series, never changed. */
  readonly #attributes: Map<string, Attributes> = new Map()

  constructor(meter: Meter) {
    this.#meter = meter
    const upDown = (m: names.MetricDefinition): Observable =>
      meter.createObservableUpDownCounter(m.name, { unit: m.unit, description: m.description })
    const counter = (m: names.MetricDefinition): Observable =>
      meter.createObservableCounter(m.name, { unit: m.unit, description: m.description })
    this.#count = upDown(names.METRIC_MMAP_MAPPING_COUNT)
    this.#size = upDown(names.METRIC_MMAP_MAPPED_SIZE)
    this.#io = counter(names.METRIC_MMAP_IO)
    this.#faults = counter(names.METRIC_MMAP_FAULTS)
    this.#fallbacks = counter(names.METRIC_MMAP_FALLBACKS)
    meter.addBatchObservableCallback(this.#observe, this.#all)
  }

  [Symbol.dispose](): void {
    this.#meter.removeBatchObservableCallback(this.#observe, this.#all)
  }

  get #all(): Observable[] {
    return [this.#count, this.#size, this.#io, this.#faults, this.#fallbacks]
  }

  readonly #observe = (result: BatchObservableResult): void => {
    for (const series of allSeries()) {
      const { name, open, faults } = series
      for (const backend of series.seen) {
        result.observe(this.#count, open[backend], this.#attributesOf(name, names.ATTR_MMAP_BACKEND, backend))
      }
      if (series.seen.has('mmap')) result.observe(this.#size, series.mappedBytes, this.#attributesOf(name))
      const bytes = { read: series.readBytes, write: series.writtenBytes }
      for (const direction of names.MMAP_DIRECTION_VALUES) {
        const attributes = this.#attributesOf(name, names.ATTR_MMAP_DIRECTION, direction)
        result.observe(this.#io, bytes[direction], attributes)
      }
      for (const reason of names.MMAP_FAULT_REASON_VALUES) {
        const attributes = this.#attributesOf(name, names.ATTR_MMAP_FAULT_REASON, reason)
        result.observe(this.#faults, faults[reason], attributes)
      }
      for (const [reason, count] of series.fallbacks) {
        const attributes = this.#attributesOf(name, names.ATTR_MMAP_FALLBACK_REASON, reason)
        result.observe(this.#fallbacks, count, attributes)
      }
    }
  }

  #attributesOf(name: string, key: string = '', value: string = ''): Attributes {
    const id = `${name}\n${key}\n${value}`
    let attributes = this.#attributes.get(id)
    if (attributes === undefined) {
      attributes = {
        [names.ATTR_KIND]: 'mmap.mapping',
        [names.ATTR_NAME]: name,
        ...(key === '' ? {} : { [key]: value }),
      }
      this.#attributes.set(id, Object.freeze(attributes))
    }
    return attributes
  }
}
