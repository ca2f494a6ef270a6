import type { DataPoint, MetricData } from '@opentelemetry/sdk-metrics'
import type { PrometheusType } from './metric-name.ts'

/** The exposition's own. */
const TAKEN = 'target_info'

interface Family {
  readonly first: MetricData
  readonly type: PrometheusType
  readonly points: DataPoint<unknown>[]
  /** Of its series; only where there are several metrics to tell apart. */
  keys: Set<string> | undefined
}

/**
 * Metrics by their Prometheus name. A page that has a name twice, of two scopes for example, is no valid exposition:
 * their series become those of one metric. What cannot be one is left out, and told: a name of two types, or a series
 * that is there already.
 */
export class MetricFamilies {
  readonly #families: Map<string, Family> = new Map()
  readonly #clash: (message: string) => void

  constructor(clash: (message: string) => void) {
    this.#clash = clash
  }

  /** @param source the metric's name before it was translated */
  add(metric: MetricData, sumOrOther: PrometheusType, source: string): void {
    const { name } = metric.descriptor
    const type = sumOrOther === 'updown' ? 'gauge' : sumOrOther
    const points = metric.dataPoints as DataPoint<unknown>[]
    const family = this.#families.get(name)
    if (name === TAKEN || (family !== undefined && family.type !== type)) {
      this.#clash(`prometheus: "${source}" is left out: another metric, of another type, is ${name}`)
    } else if (family === undefined) {
      this.#families.set(name, { first: metric, type, points, keys: undefined })
    } else if (!this.#join(family, points)) {
      this.#clash(`prometheus: a series of "${source}" is left out: another metric has it too, as ${name}`)
    }
  }

  metrics(): MetricData[] {
    return [...this.#families.values()].map(
      ({ first, points }) => ({ ...first, dataPoints: points }) as MetricData,
    )
  }

  /** @returns whether all are new. The points were made for us by the translation, and are ours to add to. */
  #join(family: Family, points: readonly DataPoint<unknown>[]): boolean {
    const keys = (family.keys ??= new Set(family.points.map(seriesKey)))
    let areNew = true
    for (const point of points) {
      const key = seriesKey(point)
      if (keys.has(key)) areNew = false
      else family.points.push(point)
      keys.add(key)
    }
    return areNew
  }
}

function seriesKey({ attributes }: DataPoint<unknown>): string {
  return JSON.stringify(Object.entries(attributes).sort(([a], [b]) => (a < b ? -1 : 1)))
}
