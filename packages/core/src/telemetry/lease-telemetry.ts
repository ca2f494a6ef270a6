import type { Meter, Tracer } from '@opentelemetry/api'
import type { HistogramSnapshot } from './histogram-snapshot.ts'
import { telemetryHub } from './telemetry-hub.ts'

/** What a package exports beside its leases. No function of it may throw for long: a throw is reported once. */
export interface TelemetrySource {
  /** Makes the package's instruments of a newly registered SDK. Disposed of when another one comes. */
  instrument(meter: Meter): Disposable
  /**
   * The package's hot histograms, for a `MetricProducer`.
   * @param leases core's own, for what can be told from them
   */
  histograms(leases: readonly HistogramSnapshot[]): HistogramSnapshot[]
}

/** What exporters, and packages that hold leases, need of the process's telemetry of leases. */
export interface LeaseTelemetry {
  /** When the figures began. */
  readonly startEpochMillis: number
  /** The meter that durations are to be recorded into at once, as no producer exports them; else undefined. */
  readonly fallbackMeter: Meter | undefined
  /** The tracer of a registered SDK; undefined without one, when not even a no-op span is worth its price. */
  tracer(): Tracer | undefined
  /** Takes in what a package exports beside its leases, for as long as the process lives; once, however often it is told. */
  addSource(source: TelemetrySource): void
  /**
   * Looks now for a newly registered SDK. A busy program's is noticed by itself within some leases; call it after
   * registering one where few leases are taken.
   */
  refresh(): void
  /** The durations since the process's start, for a `MetricProducer`. */
  histograms(): HistogramSnapshot[]
  /**
   * While at least one producer is attached, durations are not recorded into the SDK's own histograms too. Attach it
   * before the first lease: what an SDK's own have recorded they go on exporting, beside the producer's.
   */
  attachProducer(): Disposable
}

/** The one of this process, shared by all installed copies of this package. */
export function leaseTelemetry(): LeaseTelemetry {
  return telemetryHub()
}
