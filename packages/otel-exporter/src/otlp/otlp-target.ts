import type { Environment } from '../environment.ts'
import { isHeader } from '../http-headers.ts'
import type { OtlpSettings } from '../telemetry-options.ts'

export type OtlpSignal = 'traces' | 'metrics' | 'logs'
export type OtlpProtocol = 'http/protobuf' | 'http/json'

/** Where to send, and how: all decided. */
export interface OtlpTarget {
  /** The whole URL. */
  readonly url: string
  readonly headers: Readonly<Record<string, string>>
  /** For one export, its retries included. */
  readonly timeoutMillis: number
  readonly compression: 'gzip' | 'none'
  readonly protocol: OtlpProtocol
  readonly certificates: Certificates
}

/** For https; in PEM. */
export interface Certificates {
  readonly ca?: Buffer | undefined
  readonly cert?: Buffer | undefined
  readonly key?: Buffer | undefined
}

const DEFAULT_ENDPOINT = 'http://localhost:4318'
const DEFAULT_TIMEOUT_MILLIS = 10_000
const MAX_TIMER_MILLIS = 2 ** 31 - 1

/**
 * Options before the signal's own variables before `OTEL_EXPORTER_OTLP_*`. Read here and not by the SDK, which tells a
 * URL that it refuses with its password, and finds a bad header only when it sends.
 */
export function otlpTarget(
  signal: OtlpSignal,
  o: OtlpSettings & { readonly url?: string | undefined },
  env: Environment,
): OtlpTarget {
  const either = <T>(name: string, read: (name: string) => T | undefined): T | undefined =>
    read(`OTEL_EXPORTER_OTLP_${signal.toUpperCase()}_${name}`) ?? read(`OTEL_EXPORTER_OTLP_${name}`)
  return {
    url:
      o.url ??
      env.url(`OTEL_EXPORTER_OTLP_${signal.toUpperCase()}_ENDPOINT`) ??
      withPath(env.url('OTEL_EXPORTER_OTLP_ENDPOINT') ?? DEFAULT_ENDPOINT, `/v1/${signal}`),
    headers: {
      ...env.pairs('OTEL_EXPORTER_OTLP_HEADERS', isHeader),
      ...env.pairs(`OTEL_EXPORTER_OTLP_${signal.toUpperCase()}_HEADERS`, isHeader),
      ...o.headers,
    },
    timeoutMillis:
      o.timeoutMillis ??
      either('TIMEOUT', name => env.integer(name, 1, MAX_TIMER_MILLIS)) ??
      DEFAULT_TIMEOUT_MILLIS,
    compression: o.compression ?? either('COMPRESSION', name => env.oneOf(name, ['gzip', 'none'])) ?? 'none',
    protocol:
      o.protocol ??
      either('PROTOCOL', name => env.oneOf(name, ['http/protobuf', 'http/json'])) ??
      'http/protobuf',
    certificates: {
      ca: either('CERTIFICATE', name => env.file(name)),
      cert: either('CLIENT_CERTIFICATE', name => env.file(name)),
      key: either('CLIENT_KEY', name => env.file(name)),
    },
  }
}

/** Before a query, where there is one: `http://gate/otlp?key=k`. */
function withPath(endpoint: string, path: string): string {
  const url = new URL(endpoint)
  url.pathname = url.pathname.replace(/\/+$/, '') + path
  url.hash = ''
  return url.href
}
