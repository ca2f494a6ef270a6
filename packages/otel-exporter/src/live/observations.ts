import type { Attributes } from '@opentelemetry/api'
import type { ResourceMetrics } from '@opentelemetry/sdk-metrics'
import { ATTRIBUTE, type AttributeName, type MetricName } from './metric-names.ts'
import type { Identity } from './live-state.ts'

/** One collection's numbers, found by metric, kind and name. Points of one identity are summed. */
export class Observations {
  readonly #byMetric: Map<string, Map<string, Observed>> = new Map()

  constructor({ scopeMetrics }: ResourceMetrics) {
    for (const { metrics } of scopeMetrics) {
      for (const { descriptor, dataPoints } of metrics) {
        for (const { attributes, value } of dataPoints) {
          if (typeof value === 'number') this.#take(descriptor.name, attributes, value)
        }
      }
    }
  }

  /** Who reports a metric, in order of their first point. */
  identities(metric: MetricName): Identity[] {
    return [...(this.#byMetric.get(metric)?.values() ?? [])].map(({ identity }) => identity)
  }

  /** The sum of an identity's points; undefined where it has none. */
  value(metric: MetricName, of: Identity): number | undefined {
    return this.#observed(metric, of)?.points.reduce((sum, point) => sum + point.value, 0)
  }

  /** The sum of those of its points whose attribute is one of `values`. */
  sumWhere(metric: MetricName, of: Identity, attribute: AttributeName, values: readonly string[]): number {
    const points = this.#observed(metric, of)?.points ?? []
    return points
      .filter(({ attributes }) => values.includes(String(attributes[attribute])))
      .reduce((sum, { value }) => sum + value, 0)
  }

  points(metric: MetricName, of: Identity): readonly Point[] {
    return this.#observed(metric, of)?.points ?? []
  }

  #observed(metric: MetricName, of: Identity): Observed | undefined {
    return this.#byMetric.get(metric)?.get(keyOf(of))
  }

  #take(metric: string, attributes: Attributes, value: number): void {
    // Beyond the SDK's limit of series all are one, without attributes.
    const identity = {
      kind: String(attributes[ATTRIBUTE.kind] ?? '(others)'),
      name: String(attributes[ATTRIBUTE.name] ?? '(beyond the limit of series)'),
    }
    let observed = this.#byMetric.get(metric)
    if (observed === undefined) this.#byMetric.set(metric, (observed = new Map()))
    const key = keyOf(identity)
    const known = observed.get(key)
    if (known === undefined) observed.set(key, { identity, points: [{ attributes, value }] })
    else known.points.push({ attributes, value })
  }
}

interface Observed {
  readonly identity: Identity
  readonly points: Point[]
}

interface Point {
  readonly attributes: Attributes
  readonly value: number
}

/** No kind or name holds a control character: core escapes them. */
export function keyOf({ kind, name }: Identity): string {
  return `${kind}\u0000${name}`
}
