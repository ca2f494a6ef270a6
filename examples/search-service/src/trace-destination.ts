import { Failure } from './failure.ts'

const DEFAULT_ENDPOINT = 'http://localhost:4318'
const EXPORTERS = ['otlp', 'console', 'none']

/** Where traces go by the environment: decided once, for the exporter as for the summary. */
export interface TraceDestination {
  /** Of the OTLP back end, whole. It may hold a password: `shownUrl` does not. */
  readonly url: string | undefined
  readonly console: boolean
  /** The variable that sends them nowhere, and its value. */
  readonly offBy: string | undefined
}

/** To where `OTEL_TRACES_EXPORTER` says; without it, to an OTLP end point if one is set, and else nowhere. */
export function traceDestination(env: NodeJS.ProcessEnv): TraceDestination {
  const own = endpoint(env, 'OTEL_EXPORTER_OTLP_TRACES_ENDPOINT')
  const shared = endpoint(env, 'OTEL_EXPORTER_OTLP_ENDPOINT')
  const isDisabled = textOf(env, 'OTEL_SDK_DISABLED')?.toLowerCase() === 'true'
  if (isDisabled) return { url: undefined, console: false, offBy: 'OTEL_SDK_DISABLED=true' }
  const isSet = own !== undefined || shared !== undefined
  const exporters = exportersOf(env) ?? (isSet ? ['otlp'] : [])
  const url = own ?? withPath(shared ?? DEFAULT_ENDPOINT, '/v1/traces')
  return {
    url: exporters.includes('otlp') ? url : undefined,
    console: exporters.includes('console'),
    offBy:
      exporters.length > 0 && exporters.every(name => name === 'none')
        ? 'OTEL_TRACES_EXPORTER=none'
        : undefined,
  }
}

/** A URL without user, password and query. */
export function shownUrl(url: string): string {
  const { origin, pathname } = new URL(url)
  return origin + pathname
}

/** A variable's value; one that is empty is as good as unset. */
export function textOf(env: NodeJS.ProcessEnv, name: string): string | undefined {
  const value = env[name]?.trim()
  return value === '' ? undefined : value
}

function exportersOf(env: NodeJS.ProcessEnv): string[] | undefined {
  const value = textOf(env, 'OTEL_TRACES_EXPORTER')
  const names = value?.split(',').map(name => name.trim().toLowerCase())
  if (names === undefined || names.every(name => EXPORTERS.includes(name))) return names
  throw new Failure(
    `OTEL_TRACES_EXPORTER must be otlp, console, both ("otlp,console"), or none, got "${value}".`,
  )
}

function endpoint(env: NodeJS.ProcessEnv, name: string): string | undefined {
  const value = textOf(env, name)
  if (value === undefined || (/^https?:\/\/./i.test(value) && URL.canParse(value))) return value
  const shown = value.replace(/.*@/s, '***@').replace(/\?.*/s, '?***')
  throw new Failure(`${name} must be an http or https URL, ${DEFAULT_ENDPOINT} for example, got "${shown}".`)
}

/** A query stays behind the path. */
function withPath(base: string, path: string): string {
  const url = new URL(base)
  url.pathname = url.pathname.replace(/\/$/, '') + path
  return url.href
}
