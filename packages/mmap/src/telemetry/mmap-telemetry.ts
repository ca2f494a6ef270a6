import {
  durationPoints,
  durationSnapshot,
  leaseTelemetry,
  OperationSpans,
  safeText,
  SdkHistograms,
  type HistogramSnapshot,
  type Operation,
  type TelemetrySource,
} from '@leasehold/core'
import type { Backend } from '../mapping.ts'
import type { Fault } from '../mmap-error.ts'
import type { Identity, MmapTelemetrySettings } from '../mmap-options.ts'
import { mmapInstruments } from './mmap-instruments.ts'
import { mmapSeries, MmapSeries } from './mmap-series.ts'
import * as names from './names.generated.ts'

const SOURCE: TelemetrySource = { instrument: mmapInstruments, histograms: flushHistograms }
const sdkHistograms = new SdkHistograms()

/** All that one mapping tells of itself. */
export class MmapTelemetry {
  readonly #series: MmapSeries
  readonly #settings: MmapTelemetrySettings
  readonly #isExported: boolean
  #spans: OperationSpans | undefined

  constructor({ name, telemetry }: Identity) {
    this.#settings = telemetry
    this.#isExported = telemetry.metrics
    // With the first mapping, not when the module loads: a program that makes none exports nothing.
    if (this.#isExported) leaseTelemetry().addSource(SOURCE)
    this.#series = this.#isExported ? mmapSeries.of(safeText(name)) : new MmapSeries(safeText(name))
  }

  begin(span: string): Operation | undefined {
    // Few programs record spans, and most mappings do nothing that has one but being made.
    if (this.#settings.spans === 'off' || leaseTelemetry().tracer() === undefined) return undefined
    const own = { [names.ATTR_KIND]: 'mmap.mapping', [names.ATTR_NAME]: this.#series.name }
    this.#spans ??= new OperationSpans(own, this.#settings)
    return this.#spans.begin(span)
  }

  end(operation: Operation | undefined, backend?: Backend): void {
    if (operation !== undefined) {
      this.#spans!.end(operation, {}, backend === undefined ? {} : { [names.ATTR_MMAP_BACKEND]: backend })
    }
  }

  failed(operation: Operation | undefined, error: unknown): void {
    if (operation !== undefined) this.#spans!.end(operation, { error })
  }

  opened(backend: Backend, size: number): void {
    this.#series.seen.add(backend)
    this.#series.open[backend]++
    this.resized(backend, size)
  }

  resized(backend: Backend, bytes: number): void {
    if (backend === 'mmap') this.#series.mappedBytes += bytes
  }

  closed(backend: Backend, size: number): void {
    this.#series.open[backend]--
    this.resized(backend, -size)
  }

  read(bytes: number): void {
    this.#series.readBytes += bytes
  }

  wrote(bytes: number): void {
    this.#series.writtenBytes += bytes
  }

  faulted(fault: Fault): void {
    this.#series.faults[fault]++
  }

  fellBack(reason: names.MmapFallbackReasonValue): void {
    const { fallbacks } = this.#series
    fallbacks.set(reason, (fallbacks.get(reason) ?? 0) + 1)
  }

  flushed(millis: number): void {
    if (!this.#isExported) return
    this.#series.flushes.record(millis / 1_000)
    sdkHistograms.record(names.METRIC_MMAP_FLUSH_DURATION, millis / 1_000, attributesOf(this.#series))
  }
}

function flushHistograms(): HistogramSnapshot[] {
  const points = [...mmapSeries].flatMap(series => durationPoints(series.flushes, attributesOf(series)))
  return [durationSnapshot(names.METRIC_MMAP_FLUSH_DURATION, points)]
}

function attributesOf({ name }: MmapSeries): Record<string, string> {
  return { [names.ATTR_KIND]: 'mmap.mapping', [names.ATTR_NAME]: name }
}
