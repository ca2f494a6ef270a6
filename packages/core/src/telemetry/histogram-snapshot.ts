import type { HotHistogram } from '../hot-histogram.ts'
import type { LeaseSeries } from './lease-series.ts'
import * as names from './names.generated.ts'

/** One histogram metric, as a `MetricProducer` hands it on. Cumulative since `startEpochMillis`. */
export interface HistogramSnapshot {
  readonly name: string
  readonly unit: string
  readonly description: string
  /** Upper bounds, inclusive. */
  readonly boundaries: readonly number[]
  readonly startEpochMillis: number
  readonly points: readonly HistogramPoint[]
}

export interface HistogramPoint {
  readonly attributes: Readonly<Record<string, string>>
  /** One more than there are boundaries: the last is of what lies above them all. */
  readonly counts: readonly number[]
  readonly sum: number
  readonly count: number
  readonly min: number
  readonly max: number
}

export function histogramSnapshots(series: LeaseSeries, startEpochMillis: number): HistogramSnapshot[] {
  const held: HistogramPoint[] = []
  const cleanup: HistogramPoint[] = []
  for (const totals of series.durations()) {
    const attributes = { [names.ATTR_KIND]: totals.kind, [names.ATTR_NAME]: totals.name }
    if (totals.held !== undefined && totals.held.count > 0) held.push(point(totals.held, attributes))
    for (const { strategy, errorType, histogram } of totals.cleanups.values()) {
      const failed = errorType === undefined ? {} : { [names.ATTR_ERROR_TYPE]: errorType }
      cleanup.push(point(histogram, { ...attributes, [names.ATTR_CLEANUP_STRATEGY]: strategy, ...failed }))
    }
  }
  return [
    { ...descriptor(names.METRIC_LEASE_DURATION), startEpochMillis, points: held },
    { ...descriptor(names.METRIC_CLEANUP_DURATION), startEpochMillis, points: cleanup },
  ]
}

function point(histogram: HotHistogram, attributes: Record<string, string>): HistogramPoint {
  const { counts, sum, count, min, max } = histogram.snapshot()
  return { attributes, counts: [...counts], sum, count, min, max }
}

function descriptor(m: {
  name: string
  unit: string
  description: string
  boundaries: readonly number[]
}): Pick<HistogramSnapshot, 'name' | 'unit' | 'description' | 'boundaries'> {
  return { name: m.name, unit: m.unit, description: m.description, boundaries: m.boundaries }
}
