import type { HistogramPoint, HistogramSnapshot } from '@leasehold/core'

/** Turns histograms since the start into histograms since the last look. */
export class HistogramDeltas {
  readonly #last: Map<string, { atMillis: number; points: Map<string, HistogramPoint> }> = new Map()

  since(histogram: HistogramSnapshot, nowMillis: number): HistogramSnapshot {
    const last = this.#last.get(histogram.name)
    const points = new Map(histogram.points.map(point => [key(point), point]))
    this.#last.set(histogram.name, { atMillis: nowMillis, points })
    const changed: HistogramPoint[] = []
    for (const [k, point] of points) {
      const difference = subtract(point, last?.points.get(k))
      if (difference.count > 0) changed.push(difference)
    }
    return { ...histogram, startEpochMillis: last?.atMillis ?? histogram.startEpochMillis, points: changed }
  }
}

function subtract(point: HistogramPoint, before: HistogramPoint | undefined): HistogramPoint {
  // Fewer than before: counted anew from 0.
  if (before === undefined || before.count > point.count) return point
  return {
    ...point,
    counts: point.counts.map((count, i) => count - (before.counts[i] ?? 0)),
    sum: point.sum - before.sum,
    count: point.count - before.count,
  }
}

function key({ attributes }: HistogramPoint): string {
  return JSON.stringify(Object.entries(attributes).sort(([a], [b]) => (a < b ? -1 : 1)))
}
