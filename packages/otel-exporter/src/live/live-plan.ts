import { ConfigError } from '@leasehold/core'
import type { Environment } from '../environment.ts'
import type { StartTelemetryOptions } from '../telemetry-options.ts'

export interface LivePlan {
  /** Begins and ends with a slash. */
  readonly path: string
  readonly jaegerUrl: string | undefined
}

const NO_PLACE = 'the live page is served beside metrics for Prometheus, and there are none'

/**
 * @param scrapePath of the server that the page would be on; undefined: there is none
 * @throws ConfigError where the options ask for a page that they leave no place for
 */
export function livePlan(
  options: StartTelemetryOptions,
  env: Environment,
  scrapePath: string | undefined,
): LivePlan | undefined {
  const { live } = options
  const isByVariable = live === undefined && env.switch('LEASEHOLD_LIVE')
  if (live === false || (live === undefined && !isByVariable)) return undefined
  const asked = typeof live === 'object' ? live : {}
  const path = asked.path?.replace(/\/*$/, '/') ?? '/'
  if (scrapePath === undefined) {
    const isByOptions = options.metrics !== undefined || env.text('OTEL_METRICS_EXPORTER') === undefined
    if (!isByVariable && isByOptions)
      throw conflict('live', 'false without metrics.prometheus, on whose port it is served', live)
    if (isByVariable) env.complain('LEASEHOLD_LIVE', `has no effect: ${NO_PLACE}`)
    else env.complain('OTEL_METRICS_EXPORTER', `leaves out prometheus, and so the option live: ${NO_PLACE}`)
    return undefined
  }
  if (`${scrapePath}/`.startsWith(`${path}live/`) || scrapePath === path || `${scrapePath}/` === path) {
    const expected = `another path than metrics.prometheus.path (${JSON.stringify(scrapePath)})`
    if (!isByVariable) throw conflict('live.path', expected, path)
    env.complain('LEASEHOLD_LIVE', `has no effect: the live page would be at ${path}, where the metrics are`)
    return undefined
  }
  return { path, jaegerUrl: asked.jaegerUrl ?? env.url('LEASEHOLD_LIVE_JAEGER_URL') }
}

function conflict(option: string, expected: string, received: unknown): ConfigError {
  return new ConfigError('startTelemetry', option, expected, received)
}
