import type { Attributes } from '@opentelemetry/api'
import type { ResourceMetrics } from '@opentelemetry/sdk-metrics'
import type { Identity } from './live-state.ts'
import { ATTRIBUTE, type AttributeName, type MetricName } from './metric-names.ts'

/** Whose points: of one kind and name, or of a name whatever the kind, as a pool has resources and loans. */
export interface Owner {
  readonly kind?: string
  readonly name: string
}

interface Point extends Identity {
  readonly attributes: Attributes
  readonly value: number
}

/** One collection's numbers, found by metric and owner. An owner's points are summed. */
export class Observations {
  readonly #byMetric: Map<string, Map<string, Point[]>> = new Map()

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
    const all = [...(this.#byMetric.get(metric)?.values() ?? [])].flat()
    return [...new Map(all.map(({ kind, name }) => [keyOf({ kind, name }), { kind, name }])).values()]
  }

  /** The same, whatever the kind. */
  names(metric: MetricName): string[] {
    return [...(this.#byMetric.get(metric)?.keys() ?? [])]
  }

  /** The sum of an owner's points; undefined where it has none. */
  value(metric: MetricName, of: Owner): number | undefined {
    const points = this.points(metric, of)
    return points.length === 0 ? undefined : sum(points)
  }

  /** The sum of those of its points whose attribute is one of `values`. */
  sumWhere(metric: MetricName, of: Owner, attribute: AttributeName, values: readonly string[]): number {
    return sum(
      this.points(metric, of).filter(({ attributes }) => values.includes(String(attributes[attribute]))),
    )
  }

  points(metric: MetricName, { kind, name }: Owner): readonly Point[] {
    const points = this.#byMetric.get(metric)?.get(name) ?? []
    return kind === undefined ? points : points.filter(point => point.kind === kind)
  }

  #take(metric: string, attributes: Attributes, value: number): void {
    // Beyond the SDK's limit of series all are one, without attributes.
    const kind = String(attributes[ATTRIBUTE.kind] ?? '(others)')
    const name = String(attributes[ATTRIBUTE.name] ?? '(beyond the limit of series)')
    let byName = this.#byMetric.get(metric)
    if (byName === undefined) this.#byMetric.set(metric, (byName = new Map()))
    const points = byName.get(name)
    if (points === undefined) byName.set(name, [{ kind, name, attributes, value }])
    else points.push({ kind, name, attributes, value })
  }
}

function sum(points: readonly Point[]): number {
  return points.reduce((total, { value }) => total + value, 0)
}

/** No kind or name holds a control character: core escapes them. */
export function keyOf({ kind = '', name }: Owner): string {
  return `${kind}\u0000${name}`
}
