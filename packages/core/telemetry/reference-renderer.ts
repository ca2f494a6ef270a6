/** Renders docs/telemetry.md, the reference for those who read the telemetry. */
import { markdownTable } from '../scripts/markdown-table.ts'
import { prometheusLabel, prometheusName } from './prometheus-name.ts'
import type { Recipe } from './recipe-book.ts'
import type {
  Area,
  Attribute,
  AttributeUse,
  LogEvent,
  Metric,
  Span,
  TelemetryRegistry,
} from './registry-model.ts'

const INTRODUCTION = `<!-- Generated from packages/core/telemetry by \`npx tsx packages/core/telemetry/generate.ts\`. Do not edit. -->

# Telemetry

Every metric, span, log event and attribute that Leasehold's packages emit. The source is the registry in
\`packages/core/telemetry/registry\`, in the format of OpenTelemetry Weaver; a test compares it with what is really
emitted.

A resource that is held is a _lease_: it has an owner, a birth and an end. Whatever happens, and at every moment,

\`\`\`text
acquired = live + releasing + success + failure + timeout + abandoned + forced
\`\`\`

## Reading the tables

- The names in Prometheus are those of the OpenTelemetry-to-Prometheus rules, with unit suffixes: the same whether
  \`@leasehold/otel-exporter\` is scraped or sends OTLP. A histogram is the three series \`…_bucket\`, \`…_sum\` and
  \`…_count\`.
- Durations are in seconds. A unit in braces, \`{lease}\`, is what is counted.
- Counters, up-down counters and gauges are observed when metrics are collected, histograms are cumulative since the
  start of the process. Two of one kind and name are summed, over all registries of the process.
- The meter and the tracer are named after the package, with its version.
`

export function renderReference(registry: TelemetryRegistry, recipes: readonly Recipe[]): string {
  const imported = registry.attributes.filter(attribute => attribute.imported)
  const sections = [
    INTRODUCTION,
    ...registry.areas.map(area => renderArea(area, registry)),
    `## Attributes of OpenTelemetry's own\n\n${imported.map(renderAttribute).join('\n')}`,
    renderRecipes(recipes),
  ]
  return sections.join('\n')
}

function renderArea(area: Area, { attributes, metrics, spans, events }: TelemetryRegistry): string {
  const own = <T extends { area: string }>(items: readonly T[]): T[] =>
    items.filter(item => item.area === area.name)
  return [
    `## ${area.title}\n\n${area.brief}\n`,
    ...(own(metrics).length > 0 ? [renderOverview(own(metrics))] : []),
    ...own(metrics).map(renderMetric),
    ...own(spans).map(renderSpan),
    ...own(events).map(renderEvent),
    ...(own(attributes).length > 0 ? [`### Attributes: ${area.title.toLowerCase()}\n`] : []),
    ...own(attributes).map(renderAttribute),
  ].join('\n')
}

function renderOverview(metrics: readonly Metric[]): string {
  return markdownTable(
    ['Metric', 'Instrument', 'Unit', 'In Prometheus', 'What it says'],
    metrics.map(metric => [
      `[\`${metric.name}\`](#${anchor(metric.name)})`,
      metric.instrument,
      `\`${metric.unit}\``,
      `\`${prometheusName(metric)}\``,
      metric.brief,
    ]),
  )
}

function renderMetric(metric: Metric): string {
  const buckets =
    metric.boundaries.length > 0
      ? `\nBuckets, upper bounds inclusive: ${metric.boundaries.join(', ')}.\n`
      : ''
  return `### \`${metric.name}\`

${paragraphs(metric)}
${buckets}
${renderUses(metric.attributes)}`
}

function renderSpan(span: Span): string {
  return `### Span \`${span.name}\`

${paragraphs(span)}

Of kind ${span.kind}, with these attributes:

${renderPresence(span.attributes)}`
}

function renderEvent(event: LogEvent): string {
  return `### Log event \`${event.name}\`

${paragraphs(event)}

${renderPresence(event.attributes)}`
}

function renderPresence(uses: readonly AttributeUse[]): string {
  return markdownTable(
    ['Attribute', 'Present'],
    uses.map(use => [`\`${use.attribute.id}\``, presence(use)]),
  )
}

function renderUses(uses: readonly AttributeUse[]): string {
  return markdownTable(
    ['Attribute', 'Label in Prometheus', 'Present'],
    uses.map(use => {
      const { id } = use.attribute
      return [`\`${id}\``, `\`${prometheusLabel(id)}\``, presence(use)]
    }),
  )
}

function presence({ level }: AttributeUse): string {
  return level === 'required' ? 'always' : level === 'opt_in' ? 'where asked for' : level
}

function paragraphs({ brief, note }: { brief: string; note: string }): string {
  return note === '' ? brief : `${brief}\n\n${note}`
}

function renderAttribute(attribute: Attribute): string {
  const where = attribute.spanOnly ? ', not on metrics' : ''
  const examples = attribute.examples.map(example => `\`${example}\``).join(', ')
  const values = attribute.members.map(member => [`\`${member.value}\``, member.brief])
  return [
    `#### \`${attribute.id}\` (${attribute.type}${where})\n`,
    `${attribute.brief} ${attribute.note}`.trim() +
      (examples === '' ? '' : ` For example ${examples}.`) +
      '\n',
    ...(values.length > 0 ? [markdownTable(['Value', 'When'], values)] : []),
  ].join('\n')
}

function renderRecipes(recipes: readonly Recipe[]): string {
  const items = recipes.map(({ question, promql, note }) => {
    return `### ${question}\n\n\`\`\`promql\n${promql}\n\`\`\`\n${note === '' ? '' : `\n${note}\n`}`
  })
  return `## Questions, and the PromQL that answers them

They take every instance together; add \`job\` and \`instance\` where services are to be told apart. Never select by
\`otel_scope_*\` labels: not every path has them.

${items.join('\n')}`
}

/** The anchor that GitHub gives a heading of one name in code quotes. */
function anchor(name: string): string {
  return name.toLowerCase().replace(/[^a-z0-9_-]/g, '')
}
