import type { LiveEndpoint, PrometheusEndpoint } from './prometheus/scrape-server.ts'

/** What has become of the spans so far. */
export interface SpanCounts {
  /** Recorded ones that have ended. */
  readonly ended: number
  /** Those that the OTLP back end has acknowledged, and not rejected; after a shutdown, the rest are lost. */
  readonly delivered: number
}

/** Telemetry that was started. */
export interface Telemetry extends AsyncDisposable {
  /** Where Prometheus scrapes: from {@link ready} until {@link shutdown}, if anywhere. */
  readonly prometheus: PrometheusEndpoint | undefined
  /** Where the live page is: from {@link ready} until {@link shutdown}, if `live` asks for it. */
  readonly live: LiveEndpoint | undefined
  /** Counted since the start. */
  readonly spans: SpanCounts
  /**
   * Resolves when the scrape end point listens, or at once if there is to be none. Rejects with
   * `ERR_TELEMETRY_LISTEN`, also later, for who asks; where nobody does, it is a process warning. Everything else
   * works all the same.
   */
  readonly ready: Promise<void>
  /** Delivers what there is, within `shutdownTimeoutMillis`. Never rejects: what fails is a process warning. */
  forceFlush(): Promise<void>
  /**
   * Delivers what there is, within `shutdownTimeoutMillis`, and ends everything: afterwards `startTelemetry` may be
   * called again. The same promise each time. Never rejects.
   */
  shutdown(): Promise<void>
}
