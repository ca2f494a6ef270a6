// Generated from packages/core/telemetry/registry by `npx tsx packages/core/telemetry/generate.ts`.
// Do not edit: change the registry and run that again.

/** One metric, as the registry has it. */
export interface MetricDefinition {
  readonly name: string
  readonly instrument: 'counter' | 'updowncounter' | 'gauge' | 'histogram'
  readonly unit: string
  readonly description: string
  /** The attributes that its points may have. */
  readonly attributes: readonly string[]
}

export interface HistogramDefinition extends MetricDefinition {
  readonly instrument: 'histogram'
  /** Upper bounds, inclusive. */
  readonly boundaries: readonly number[]
}

/** One span, as the registry has it. */
interface SpanDefinition {
  readonly name: string
  readonly kind: 'internal' | 'client' | 'server' | 'producer' | 'consumer'
  readonly attributes: readonly string[]
}

/** What is held. */
export const ATTR_KIND = 'leasehold.kind'

/** Whose it is. */
export const ATTR_NAME = 'leasehold.name'

/** What is asked of everybody who holds memory. */
export const ATTR_MEMORY_LEVEL = 'leasehold.memory.level'

export type MemoryLevelValue = 'nominal' | 'warning' | 'critical' | 'relieve'

export const MEMORY_LEVEL_VALUES: readonly MemoryLevelValue[] = ['nominal', 'warning', 'critical', 'relieve']

/** How short memory is. */
export const METRIC_MEMORY_PRESSURE_LEVEL: MetricDefinition = {
  name: 'leasehold.memory.pressure.level',
  instrument: 'gauge',
  unit: '1',
  description: 'How short memory is.',
  attributes: [ATTR_KIND, ATTR_NAME],
}

/** All of the above metrics. */
export const METRICS: readonly MetricDefinition[] = [
  METRIC_MEMORY_PRESSURE_LEVEL,
]

/** All of the above spans. */
export const SPANS: readonly SpanDefinition[] = [
]

/** The level of memory pressure has changed, or all is to be given back. */
export const EVENT_MEMORY_PRESSURE = 'leasehold.memory.pressure'

export const EVENT_MEMORY_PRESSURE_ATTRIBUTES: readonly string[] = [ATTR_MEMORY_LEVEL]
