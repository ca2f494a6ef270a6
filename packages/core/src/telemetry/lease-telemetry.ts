import type { HistogramSnapshot } from './histogram-snapshot.ts'
import { telemetryHub } from './telemetry-hub.ts'

/** What exporters need of the process's telemetry of leases. */
export interface LeaseTelemetry {
  /**
   * Looks now for a newly registered SDK. A busy program's is noticed by itself within some leases; call it after
   * registering one where few leases are taken.
   */
  refresh(): void
  /** The durations since the process's start, for a `MetricProducer`. */
  histograms(): HistogramSnapshot[]
  /** While at least one producer is attached, durations are not recorded into the SDK's own histograms too. */
  attachProducer(): Disposable
}

/** The one of this process, shared by all installed copies of this package. */
export function leaseTelemetry(): LeaseTelemetry {
  return telemetryHub()
}
