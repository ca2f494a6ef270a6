import {
  leaseTelemetry,
  OperationSpans,
  safeText,
  SdkHistograms,
  type TelemetrySource,
} from '@leasehold/core'
import type { CacheFigures } from '../cache-figures.ts'
import type { CacheSettings } from '../cache-options.ts'
import { cacheHistograms, loadAttributes } from './cache-histograms.ts'
import { cacheInstruments } from './cache-instruments.ts'
import { cacheSeries, CacheSeries } from './cache-series.ts'
import * as names from './names.generated.ts'
import { SweepSpans } from './sweep-spans.ts'

const SOURCE: TelemetrySource = { instrument: cacheInstruments, histograms: cacheHistograms }

/** Caches that were dropped without `close`: their totals stay. */
const dropped = new FinalizationRegistry<() => void>(ended => ended())

/** All that one cache tells of itself. */
export class CacheTelemetry {
  readonly spans: OperationSpans
  readonly sweeps: SweepSpans
  readonly #histograms: SdkHistograms = new SdkHistograms()
  readonly #series: CacheSeries
  readonly #isExported: boolean
  readonly #figures: CacheFigures

  constructor(settings: CacheSettings<never, never>, figures: CacheFigures) {
    const { name, telemetry, clock } = settings
    // An SDK registered by now shall see the first load, too.
    leaseTelemetry().refresh()
    const own = { [names.ATTR_KIND]: 'cache.entry', [names.ATTR_NAME]: safeText(name) }
    this.spans = new OperationSpans(own, telemetry)
    this.sweeps = new SweepSpans(this.spans, clock)
    this.#figures = figures
    this.#isExported = telemetry.metrics
    this.#series = this.#isExported ? cacheSeries.of(safeText(name)) : new CacheSeries(name)
    if (!this.#isExported) return
    this.#series.open.add(figures)
    // With the first cache, not when the module loads: a program that makes none exports nothing.
    leaseTelemetry().addSource(SOURCE)
  }

  /** Tells of the end of a cache that nobody has closed. @param cache never to be kept alive by this */
  watch(cache: object): void {
    const figures = this.#figures
    const { ended } = this.#series
    dropped.register(cache, () => ended(figures))
  }

  loaded(millis: number): void {
    if (!this.#isExported) return
    this.#series.loads.record(millis / 1_000)
    this.#histograms.record(
      names.METRIC_CACHE_LOAD_DURATION,
      millis / 1_000,
      loadAttributes(this.#series.name),
    )
  }

  closed(): void {
    this.#series.ended(this.#figures)
  }
}
