/** The registry once it has been read, checked and resolved: what the renderers work from. */

export type Instrument = 'counter' | 'updowncounter' | 'gauge' | 'histogram'

export interface Member {
  readonly id: string
  readonly value: string
  readonly brief: string
}

export interface Attribute {
  readonly id: string
  /** `string`, `int`, …; `enum` where it has members. */
  readonly type: string
  readonly brief: string
  readonly note: string
  readonly examples: readonly (string | number | boolean)[]
  readonly members: readonly Member[]
  /** Of high cardinality: on spans and log events only, never on a metric. */
  readonly spanOnly: boolean
  /** Defined by OpenTelemetry's own registry. */
  readonly imported: boolean
  /** The file that defines it, without its extension. */
  readonly area: string
}

export interface AttributeUse {
  readonly attribute: Attribute
  /** `required`, `recommended`, `opt_in`, or the condition on which it is required. */
  readonly level: string
}

export interface Metric {
  readonly name: string
  readonly instrument: Instrument
  readonly unit: string
  readonly brief: string
  readonly note: string
  readonly attributes: readonly AttributeUse[]
  /** Upper, inclusive; histograms only. */
  readonly boundaries: readonly number[]
  readonly area: string
}

export interface Span {
  readonly name: string
  readonly kind: string
  readonly brief: string
  readonly note: string
  readonly attributes: readonly AttributeUse[]
  readonly area: string
}

/** A log record that says what happened. */
export interface LogEvent {
  readonly name: string
  readonly brief: string
  readonly note: string
  readonly attributes: readonly AttributeUse[]
  readonly area: string
}

export interface Area {
  readonly name: string
  readonly title: string
  readonly brief: string
}

export interface TelemetryRegistry {
  readonly areas: readonly Area[]
  readonly attributes: readonly Attribute[]
  readonly metrics: readonly Metric[]
  readonly spans: readonly Span[]
  readonly events: readonly LogEvent[]
}

/** Everything that is wrong with a registry, each problem with the file and the group that has it. */
export class RegistryError extends Error {
  override readonly name: string = 'RegistryError'
  readonly problems: readonly string[]

  constructor(problems: readonly string[]) {
    super(`the telemetry registry has ${problems.length} problem(s):\n  ${problems.join('\n  ')}`)
    this.problems = problems
  }
}
