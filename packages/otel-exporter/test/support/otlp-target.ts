import type { OtlpTarget } from '../../src/otlp/otlp-target.ts'

export function target(url: string, more: Partial<OtlpTarget> = {}): OtlpTarget {
  return {
    url,
    headers: {},
    timeoutMillis: 10_000,
    compression: 'none',
    protocol: 'http/json',
    certificates: {},
    ...more,
  }
}
