/** Renders the TypeScript constants of some of the registry's areas. */
import type { Attribute, LogEvent, Metric, Span, TelemetryRegistry } from './registry-model.ts'

const HEADER = `// Generated from packages/core/telemetry/registry by \`npx tsx packages/core/telemetry/generate.ts\`.
// Do not edit: change the registry and run that again.
`

const TYPES = `/** One metric, as the registry has it. */
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
`

/** @param areas the registry's files, without extension, whose metrics, spans and events are wanted */
export function renderNames(registry: TelemetryRegistry, areas: readonly string[]): string {
  const metrics = registry.metrics.filter(metric => areas.includes(metric.area))
  const spans = registry.spans.filter(span => areas.includes(span.area))
  const events = registry.events.filter(event => areas.includes(event.area))
  const used = new Set(
    [...metrics, ...spans, ...events].flatMap(item => item.attributes.map(use => use.attribute)),
  )
  const attributes = registry.attributes.filter(attribute => used.has(attribute))
  return [
    HEADER,
    TYPES,
    ...attributes.map(renderAttribute),
    ...metrics.map(renderMetric),
    renderList('METRICS', 'MetricDefinition', metrics.map(constantOfMetric)),
    ...spans.map(renderSpan),
    renderSpans(spans),
    ...events.map(renderEvent),
  ].join('\n')
}

function renderAttribute(attribute: Attribute): string {
  const constant = constantName('ATTR', attribute.id)
  const own = `${doc(attribute.brief)}export const ${constant} = ${quoted(attribute.id)}\n`
  if (attribute.members.length === 0) return own
  const type = constant
    .replace(/^ATTR_/, '')
    .toLowerCase()
    .replace(/(?:^|_)([a-z])/g, (_, letter: string) => letter.toUpperCase())
  const values = attribute.members.map(member => quoted(member.value))
  return `${own}
export type ${type}Value = ${values.join(' | ')}

export const ${constant.replace(/^ATTR_/, '')}_VALUES: readonly ${type}Value[] = [${values.join(', ')}]
`
}

function renderMetric(metric: Metric): string {
  const isHistogram = metric.instrument === 'histogram'
  const type = isHistogram ? 'HistogramDefinition' : 'MetricDefinition'
  const boundaries = isHistogram ? `\n  boundaries: [${metric.boundaries.join(', ')}],` : ''
  return `${doc(metric.brief)}export const ${constantOfMetric(metric)}: ${type} = {
  name: ${quoted(metric.name)},
  instrument: ${quoted(metric.instrument)},
  unit: ${quoted(metric.unit)},
  description: ${quoted(metric.brief)},
  attributes: ${attributeList(metric)},${boundaries}
}
`
}

function renderSpan(span: Span): string {
  return `${doc(span.brief)}export const ${constantName('SPAN', span.name)} = ${quoted(span.name)}\n`
}

function renderSpans(spans: readonly Span[]): string {
  const items = spans.map(span => {
    const name = constantName('SPAN', span.name)
    return `  {\n    name: ${name},\n    kind: ${quoted(span.kind)},\n    attributes: ${attributeList(span)},\n  },\n`
  })
  return `/** All of the above spans. */\nexport const SPANS: readonly SpanDefinition[] = [\n${items.join('')}]\n`
}

/** With its attributes in a list of its own, for who compares them with what is emitted. */
function renderEvent(event: LogEvent): string {
  const constant = constantName('EVENT', event.name)
  return `${doc(event.brief)}export const ${constant} = ${quoted(event.name)}

export const ${constant}_ATTRIBUTES: readonly string[] = ${attributeList(event)}
`
}

function renderList(name: string, type: string, items: readonly string[]): string {
  return `/** All of the above metrics. */\nexport const ${name}: readonly ${type}[] = [\n${items.map(item => `  ${item},\n`).join('')}]\n`
}

function attributeList({ attributes }: Metric | Span | LogEvent): string {
  return `[${attributes.map(use => constantName('ATTR', use.attribute.id)).join(', ')}]`
}

function constantOfMetric(metric: Metric): string {
  return constantName('METRIC', metric.name)
}

/** `leasehold.lease.oldest.age` -> `METRIC_LEASE_OLDEST_AGE`. */
function constantName(prefix: string, name: string): string {
  return `${prefix}_${name
    .replace(/^leasehold\./, '')
    .replace(/[.]/g, '_')
    .toUpperCase()}`
}

function doc(brief: string): string {
  return `/** ${brief} */\n`
}

function quoted(text: string): string {
  return `'${text.replace(/\\/g, '\\\\').replace(/'/g, "\\'")}'`
}
