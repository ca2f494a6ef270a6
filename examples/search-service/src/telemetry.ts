import { startTelemetry } from '@leasehold/otel-exporter'
import type { StartTelemetryOptions, Telemetry } from '@leasehold/otel-exporter'
import type { TelemetryFigures } from './report/summary.ts'
import { observeRuntime } from './runtime-metrics.ts'
import { shownUrl, textOf, traceDestination } from './trace-destination.ts'
import type { TraceDestination } from './trace-destination.ts'

const SERVICE_NAME = 'leasehold-search-service'
const JAEGER_UI_PORT = 16_686

/** Of the exporter and of Prometheus, about the program rather than measured in it. */
const INFO = /^(target_info|otel_scope_info)\b/

/** Metrics and the live page on a free port; traces where the environment says, and nowhere without it. */
export function startProgramTelemetry(env: NodeJS.ProcessEnv): Telemetry {
  const destination = traceDestination(env)
  const telemetry = startTelemetry({
    serviceName: SERVICE_NAME,
    metrics: { prometheus: { port: 0 } },
    live: destination.url === undefined ? true : { jaegerUrl: jaegerUi(destination.url) },
    traces: tracesOption(destination),
  })
  observeRuntime()
  return telemetry
}

/** Both at once are no option of the exporter, only a variable's value, which it reads itself. */
function tracesOption({ url, console }: TraceDestination): StartTelemetryOptions['traces'] {
  if (url === undefined) return console ? 'console' : 'none'
  return console ? undefined : { otlp: url }
}

export async function telemetryFigures(
  telemetry: Telemetry,
  env: NodeJS.ProcessEnv,
  requestSpans: number,
): Promise<TelemetryFigures> {
  // What is on its way arrives, or is given up, before it is counted.
  await telemetry.forceFlush()
  const metricsUrl = telemetry.prometheus?.url
  const { url, console, offBy = samplerOf(env) } = traceDestination(env)
  return {
    ...(metricsUrl === undefined ? {} : { metricsUrl }),
    ...(telemetry.live === undefined ? {} : { liveUrl: telemetry.live.url }),
    ...(await scrape(metricsUrl)),
    requestSpans,
    spans: telemetry.spans,
    tracesToConsole: console,
    ...(url === undefined ? {} : { tracesUrl: shownUrl(url), jaegerUrl: jaegerSearch(url) }),
    ...(offBy === undefined ? {} : { tracesOffBy: offBy }),
  }
}

/** As Prometheus would. What cannot be scraped shows as zero series; it is no reason to withhold the summary. */
async function scrape(url: string | undefined): Promise<{ families: number; series: number }> {
  const text =
    url === undefined
      ? ''
      : await fetch(url).then(
          response => response.text(),
          () => '',
        )
  return countSeries(text)
}

/** What an exposition holds for a Prometheus: each bucket of a histogram is a series of its own. */
export function countSeries(exposition: string): { families: number; series: number } {
  const lines = exposition.split('\n')
  const families = lines.filter(line => line.startsWith('# TYPE ') && !INFO.test(line.slice(7)))
  const series = lines.filter(line => line !== '' && !line.startsWith('#') && !INFO.test(line))
  return { families: families.length, series: series.length }
}

function samplerOf(env: NodeJS.ProcessEnv): string | undefined {
  const sampler = textOf(env, 'OTEL_TRACES_SAMPLER')
  return sampler === undefined ? undefined : `OTEL_TRACES_SAMPLER=${sampler}`
}

function jaegerSearch(traces: string): string {
  return `${jaegerUi(traces)}/search?service=${SERVICE_NAME}`
}

/** Jaeger shows its pages on another port of the host that takes the spans. */
function jaegerUi(traces: string): string {
  return `http://${new URL(traces).hostname}:${JAEGER_UI_PORT}`
}
