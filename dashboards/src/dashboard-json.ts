/** From plans to what Grafana imports: its classic JSON, which every Grafana since 9 reads. */
import type { Builder } from '@grafana/grafana-foundation-sdk/cog'
import {
  GraphThresholdsStyleConfigBuilder,
  GraphThresholdsStyleMode,
  ReduceDataOptionsBuilder,
  StackingConfigBuilder,
  StackingMode,
  VizLegendOptionsBuilder,
  LegendDisplayMode,
  LegendPlacement,
  VizTooltipOptionsBuilder,
  TooltipDisplayMode,
  SortOrder,
} from '@grafana/grafana-foundation-sdk/common'
import {
  DashboardBuilder,
  DashboardLinkBuilder,
  DashboardLinkType,
  DatasourceVariableBuilder,
  MappingType,
  QueryVariableBuilder,
  RowBuilder,
  TextBoxVariableBuilder,
  ThresholdsConfigBuilder,
  ThresholdsMode,
  VariableRefresh,
  VariableSort,
  type Dashboard,
  type Panel,
} from '@grafana/grafana-foundation-sdk/dashboard'
import { DataqueryBuilder, PromQueryFormat } from '@grafana/grafana-foundation-sdk/prometheus'
import { PanelBuilder as StatBuilder } from '@grafana/grafana-foundation-sdk/stat'
import { PanelBuilder as TableBuilder } from '@grafana/grafana-foundation-sdk/table'
import { PanelBuilder as TimeseriesBuilder } from '@grafana/grafana-foundation-sdk/timeseries'
import type { DashboardPlan, PanelPlan } from './panel-plan.ts'

/** A variable, not an import-time input: one file serves provisioning and the import dialog. */
const DATASOURCE = { type: 'prometheus', uid: '${datasource}' }
const HEIGHT = { stat: 5, timeseries: 8, table: 8 } as const

/** The owner's traces over the time shown; Jaeger's times are microseconds. */
const TRACES =
  '${jaeger_url}/search?service=${service:percentencode}&tags=%7B%22leasehold.name%22%3A%22${__field.labels.leasehold_name:percentencode}%22%7D&start=${__from}000&end=${__to}000&limit=20'

export function dashboardJson(plan: DashboardPlan): Dashboard {
  const dashboard = new DashboardBuilder(plan.title)
    .uid(plan.uid)
    .description(plan.description)
    .tags(['leasehold'])
    .time({ from: 'now-1h', to: 'now' })
    .refresh('30s')
    .timezone('browser')
    .link(
      new DashboardLinkBuilder('Leasehold')
        .type(DashboardLinkType.Dashboards)
        .tags(['leasehold'])
        .asDropdown(true)
        .keepTime(true)
        .includeVars(true),
    )
    .withVariable(new DatasourceVariableBuilder('datasource').label('Data source').type('prometheus'))
    .withVariable(labelVariable('job', 'Job', 'leasehold_lease_acquisitions_total'))
    .withVariable(labelVariable('instance', 'Instance', 'leasehold_lease_acquisitions_total{job=~"$job"}'))
  for (const { name, label, of } of plan.variables ?? []) {
    dashboard.withVariable(labelVariable(name, label, of.metric, of.label))
  }
  // Jaeger searches one service. What arrives by OTLP has none in target_info: it can be typed.
  dashboard.withVariable(
    labelVariable('service', 'Service of the traces', 'target_info{job=~"$job"}', 'service_name')
      .multi(false)
      .includeAll(false),
  )
  dashboard.withVariable(
    new TextBoxVariableBuilder('jaeger_url').label('Jaeger').defaultValue('http://localhost:16686'),
  )
  for (const row of plan.rows) {
    dashboard.withRow(new RowBuilder(row.title))
    for (const panel of row.panels) dashboard.withPanel(panelBuilder(panel))
  }
  return dashboard.build()
}

function labelVariable(
  name: string,
  label: string,
  metric: string,
  values: string = name,
): QueryVariableBuilder {
  const query = `label_values(${metric}, ${values})`
  return new QueryVariableBuilder(name)
    .label(label)
    .datasource(DATASOURCE)
    .query({ query, refId: name })
    .definition(query)
    .refresh(VariableRefresh.OnTimeRangeChanged)
    .sort(VariableSort.AlphabeticalAsc)
    .multi(true)
    .includeAll(true)
    .allValue('.*')
}

function panelBuilder(plan: PanelPlan): Builder<Panel> {
  const panel = base(plan)
    .title(plan.title)
    .description(plan.description)
    .datasource(DATASOURCE)
    .unit(plan.unit)
    .span(plan.width)
    .height(HEIGHT[plan.kind])
    .noValue(plan.kind === 'stat' ? '–' : 'none')
    .targets(plan.queries.map((query, index) => target(plan, query, index)))
  if (plan.min !== undefined) panel.min(plan.min)
  if (plan.max !== undefined) panel.max(plan.max)
  if (plan.thresholds !== undefined) {
    const [below, ...from] = plan.thresholds
    const steps = [{ value: null, color: below }, ...from.map(([value, color]) => ({ value, color }))]
    panel.thresholds(new ThresholdsConfigBuilder().mode(ThresholdsMode.Absolute).steps(steps))
  }
  if (plan.texts !== undefined) {
    const options = Object.fromEntries(Object.entries(plan.texts).map(([value, text]) => [value, { text }]))
    panel.mappings([{ type: MappingType.ValueToText, options }])
  }
  if (plan.linksToTraces === true) {
    panel.dataLinks([new DashboardLinkBuilder('Traces in Jaeger').url(TRACES).targetBlank(true)])
  }
  return panel
}

function base(plan: PanelPlan): TimeseriesBuilder | StatBuilder | TableBuilder {
  if (plan.kind === 'stat') {
    return new StatBuilder().reduceOptions(new ReduceDataOptionsBuilder().calcs(['lastNotNull']))
  }
  if (plan.kind === 'table') return new TableBuilder()
  const panel = new TimeseriesBuilder()
    .lineWidth(1)
    .fillOpacity(plan.stacked === true ? 30 : 5)
    .legend(
      new VizLegendOptionsBuilder()
        .displayMode(LegendDisplayMode.List)
        .placement(LegendPlacement.Bottom)
        .showLegend(true),
    )
    .tooltip(new VizTooltipOptionsBuilder().mode(TooltipDisplayMode.Multi).sort(SortOrder.Descending))
  if (plan.stacked === true) panel.stacking(new StackingConfigBuilder().mode(StackingMode.Normal))
  if (plan.thresholds !== undefined) {
    panel.thresholdsStyle(new GraphThresholdsStyleConfigBuilder().mode(GraphThresholdsStyleMode.Dashed))
  }
  return panel
}

function target(
  plan: PanelPlan,
  { expr, legend }: PanelPlan['queries'][number],
  index: number,
): DataqueryBuilder {
  const query = new DataqueryBuilder()
    .refId(String.fromCodePoint(65 + index))
    .datasource(DATASOURCE)
    .expr(expr)
  if (plan.kind === 'table') return query.instant().format(PromQueryFormat.Table)
  if (plan.kind === 'stat') query.instant()
  else query.range()
  return query.legendFormat(legend)
}
