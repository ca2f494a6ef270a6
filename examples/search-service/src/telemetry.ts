import { isLeaseholdError } from '@leasehold/core'
import { startTelemetry } from '@leasehold/otel-exporter'
import type { Telemetry } from '@leasehold/otel-exporter'
import { Failure } from './failure.ts'
import type { TelemetryFigures } from './report/summary.ts'

const SERVICE_NAME = 'leasehold-search-service'

const JAEGER_UI_PORT = 16_686

/** Metrics on a free port; traces where the environment says, and nowhere without it. */
export function startProgramTelemetry(env: NodeJS.ProcessEnv): Telemetry {
  try {
    return startTelemetry({
      serviceName: SERVICE_NAME,
      metrics: { prometheus: { port: 0 } },
      ...(tracesUrl(env) === undefined ? { traces: 'none' } : {}),
    })
  } catch (error) {
    // An OTEL_* variable with a value that makes no sense.
    throw isLeaseholdError(error) ? new Failure(`${error.message}.`, { cause: error }) : error
  }
}

export async function telemetryFigures(
  telemetry: Telemetry,
  env: NodeJS.ProcessEnv,
  requestSpans: number,
): Promise<TelemetryFigures> {
  const metricsUrl = telemetry.prometheus?.url
  const lines = metricsUrl === undefined ? [] : (await scrape(metricsUrl)).split('\n')
  const traces = tracesUrl(env)
  return {
    ...(metricsUrl === undefined ? {} : { metricsUrl }),
    families: lines.filter(line => line.startsWith('# TYPE ')).length,
    series: lines.filter(line => line !== '' && !line.startsWith('#')).length,
    requestSpans: traces === undefined ? 0 : requestSpans,
    ...(traces === undefined ? {} : { tracesUrl: traces, jaegerUrl: jaegerSearch(traces) }),
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

function tracesUrl(env: NodeJS.ProcessEnv): string | undefined {
  const own = env['OTEL_EXPORTER_OTLP_TRACES_ENDPOINT']
  if (own !== undefined && own !== '') return own
  const shared = env['OTEL_EXPORTER_OTLP_ENDPOINT']
  return shared === undefined || shared === '' ? undefined : `${shared.replace(/\/$/, '')}/v1/traces`
}

/** Jaeger shows its pages on another port of the host that takes the spans. */
function jaegerSearch(traces: string): string {
  const host = URL.canParse(traces) ? new URL(traces).hostname : '127.0.0.1'
  return `http://${host}:${JAEGER_UI_PORT}/search?service=${SERVICE_NAME}`
}
