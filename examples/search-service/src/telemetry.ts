import { startTelemetry } from '@leasehold/otel-exporter'
import type { Telemetry } from '@leasehold/otel-exporter'
import { Failure } from './failure.ts'
import type { TelemetryFigures } from './report/summary.ts'

const SERVICE_NAME = 'leasehold-search-service'
const JAEGER_UI_PORT = 16_686

/** Metrics on a free port; traces where the environment says, and nowhere without it. */
export function startProgramTelemetry(env: NodeJS.ProcessEnv): Telemetry {
  const isTraced = tracesUrl(env) !== undefined || isSet(env['OTEL_TRACES_EXPORTER'])
  return startTelemetry({
    serviceName: SERVICE_NAME,
    metrics: { prometheus: { port: 0 } },
    ...(isTraced ? {} : { traces: 'none' }),
  })
}

export async function telemetryFigures(
  telemetry: Telemetry,
  env: NodeJS.ProcessEnv,
  requestSpans: number,
): Promise<TelemetryFigures> {
  // What is on its way arrives, or is given up, before it is counted.
  await telemetry.forceFlush()
  const metricsUrl = telemetry.prometheus?.url
  const lines = metricsUrl === undefined ? [] : (await scrape(metricsUrl)).split('\n')
  const traces = tracesUrl(env)
  return {
    ...(metricsUrl === undefined ? {} : { metricsUrl }),
    families: lines.filter(line => line.startsWith('# TYPE ')).length,
    series: lines.filter(line => line !== '' && !line.startsWith('#')).length,
    requestSpans,
    spans: telemetry.spans,
    ...(traces === undefined ? {} : { tracesUrl: shown(traces), jaegerUrl: jaegerSearch(traces) }),
  }
}

/** As Prometheus would. What cannot be scraped shows as zero series; it is no reason to withhold the summary. */
async function scrape(url: string): Promise<string> {
  try {
    return await (await fetch(url)).text()
  } catch {
    return ''
  }
}

/** Where the exporter sends traces by these variables. */
function tracesUrl(env: NodeJS.ProcessEnv): string | undefined {
  const own = endpoint(env, 'OTEL_EXPORTER_OTLP_TRACES_ENDPOINT')
  const shared = endpoint(env, 'OTEL_EXPORTER_OTLP_ENDPOINT')
  return own ?? (shared === undefined ? undefined : `${shared.replace(/\/$/, '')}/v1/traces`)
}

function endpoint(env: NodeJS.ProcessEnv, name: string): string | undefined {
  const value = env[name]
  if (!isSet(value)) return undefined
  if (/^https?:\/\/./i.test(value) && URL.canParse(value)) return value
  throw new Failure(
    `${name} must be an http or https URL, http://127.0.0.1:4318 for example, got "${value.replace(/.*@/s, '***@')}".`,
  )
}

/** Without user, password and query. */
function shown(url: string): string {
  const { origin, pathname } = new URL(url)
  return origin + pathname
}

function isSet(value: string | undefined): value is string {
  return value !== undefined && value.trim() !== ''
}

/** Jaeger shows its pages on another port of the host that takes the spans. */
function jaegerSearch(traces: string): string {
  return `http://${new URL(traces).hostname}:${JAEGER_UI_PORT}/search?service=${SERVICE_NAME}`
}
