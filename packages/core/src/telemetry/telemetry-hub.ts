import { createNoopMeter, metrics, ProxyTracerProvider, trace } from '@opentelemetry/api'
import type { Meter, MeterProvider, Tracer, TracerProvider } from '@opentelemetry/api'
import type { Clock } from '../clock.ts'
import type { LeaseGroup } from '../lease-group.ts'
import { VERSION } from '../version.ts'
import { DurationFallback } from './duration-fallback.ts'
import { histogramSnapshots, type HistogramSnapshot } from './histogram-snapshot.ts'
import { leaseInstruments } from './lease-instruments.ts'
import { LeaseSeries } from './lease-series.ts'
import type { LeaseTelemetry, TelemetrySource } from './lease-telemetry.ts'
import type { ObservedInstruments } from './observed-instruments.ts'
import { guardSdk, sdkThrew } from './sdk-guard.ts'

const SCOPE_NAME = '@leasehold/core'

/**
 * A registry's clock and groups, without the registry: telemetry must not keep one alive. No function may be here: a
 * closure made in the registry's constructor would hold the registry.
 */
export interface GroupSource {
  readonly groups: LeaseGroup[]
  readonly clock: Clock
}

/** What {@link ProxyTracerProvider} delegates to before an SDK registers: doing nothing, at a price. */
const NO_TRACING: TracerProvider = new ProxyTracerProvider().getDelegate()

interface ApiGlobal {
  readonly metrics?: unknown
  readonly trace?: unknown
}

/** Where all copies of the OpenTelemetry API 1.x keep what is registered; undefined before anything is. */
const API_KEY: unique symbol = Symbol.for('opentelemetry.js.api.1')

function apiGlobal(): ApiGlobal | undefined {
  return (globalThis as { [API_KEY]?: ApiGlobal })[API_KEY]
}

/**
 * The process's telemetry of leases: every registry's groups, summed by kind and name, as instruments of
 * whatever SDK is registered now. Instruments made before an SDK registers would do nothing for ever, so they
 * are made when a provider is first seen: at the next lease, `stats()`, or {@link refresh}.
 */
export class TelemetryHub implements LeaseTelemetry {
  /** Records durations into the SDK's own histograms; undefined where that is not needed. */
  fallback: DurationFallback | undefined
  readonly startEpochMillis: number = Date.now()
  readonly #series: LeaseSeries = new LeaseSeries()
  #seen: MeterProvider | undefined
  #seenGlobal: ApiGlobal | undefined
  #seenMeters: unknown
  #seenTracers: unknown
  #looks: number = 0
  #instruments: ObservedInstruments | undefined
  #producers: number = 0
  /** The API's proxy, or that of another copy of the API: what it delegates to changes at a registration. */
  #tracerProvider: TracerProvider = trace.getTracerProvider()
  #tracing: TracerProvider = NO_TRACING
  #tracer: Tracer | undefined
  readonly #sources: Map<TelemetrySource, Disposable | undefined> = new Map()

  get fallbackMeter(): Meter | undefined {
    return this.fallback?.meter
  }

  addSource(source: TelemetrySource): void {
    if (this.#sources.has(source)) return
    this.#sources.set(source, undefined)
    this.refresh()
    const meter = this.#instruments?.meter
    if (meter !== undefined && this.#sources.get(source) === undefined) this.#instrument(source, meter)
  }

  /** Takes a registry's groups into the process's figures, and keeps their totals when it is collected. */
  add(owner: object, source: GroupSource): void {
    this.#series.add(owner, source)
    this.refresh()
  }

  /** Looks for a newly registered SDK. */
  refresh(): void {
    this.#seenGlobal = apiGlobal()
    this.#seenMeters = this.#seenGlobal?.metrics
    this.#seenTracers = this.#seenGlobal?.trace
    const provider = metrics.getMeterProvider()
    if (provider !== this.#seen) this.#use(provider)
    this.#tracerProvider = trace.getTracerProvider()
  }

  /** As {@link refresh}, on the hot path: three loads where nothing has been registered since. */
  refreshIfChanged(): void {
    const api = apiGlobal()
    if (api !== this.#seenGlobal || api?.metrics !== this.#seenMeters || api?.trace !== this.#seenTracers) {
      this.refresh()
    }
    // In case a later API keeps its globals elsewhere.
    else if ((++this.#looks & 127) === 0) this.refresh()
  }

  /** The tracer of a registered SDK; undefined without one, when not even a no-op span is worth its price. */
  tracer(): Tracer | undefined {
    try {
      const proxy: Partial<ProxyTracerProvider> & TracerProvider = this.#tracerProvider
      const provider = proxy.getDelegate === undefined ? proxy : proxy.getDelegate()
      if (provider !== this.#tracing) {
        this.#tracing = provider
        this.#tracer = undefined
        this.#tracer = provider === NO_TRACING ? undefined : provider.getTracer(SCOPE_NAME, VERSION)
      }
    } catch (error) {
      sdkThrew('tracing', error)
    }
    return this.#tracer
  }

  /** The hot histograms since the process's start, for a `MetricProducer`. */
  histograms(): HistogramSnapshot[] {
    const own = histogramSnapshots(this.#series, this.startEpochMillis)
    const others = [...this.#sources.keys()].flatMap(
      source => guardSdk('metrics', () => source.histograms(own)) ?? [],
    )
    return [...own, ...others]
  }

  /** While at least one producer exports {@link histograms}, the SDK's own are not recorded into. */
  attachProducer(): Disposable {
    this.#producers++
    this.#chooseFallback()
    let isAttached = true
    return {
      [Symbol.dispose]: () => {
        if (!isAttached) return
        isAttached = false
        this.#producers--
        this.#chooseFallback()
      },
    }
  }

  #use(provider: MeterProvider): void {
    this.#seen = provider
    for (const [source, made] of this.#sources) {
      guardSdk('metrics', () => made?.[Symbol.dispose]())
      this.#sources.set(source, undefined)
    }
    // Each by itself: what the old SDK throws must not cost the new one.
    guardSdk('metrics', () => this.#instruments?.[Symbol.dispose]())
    this.#instruments = guardSdk('metrics', () => {
      const meter = provider.getMeter(SCOPE_NAME, VERSION)
      return meter === createNoopMeter() ? undefined : leaseInstruments(meter, this.#series)
    })
    this.#chooseFallback()
    const meter = this.#instruments?.meter
    if (meter !== undefined) for (const source of this.#sources.keys()) this.#instrument(source, meter)
  }

  #instrument(source: TelemetrySource, meter: Meter): void {
    this.#sources.set(
      source,
      guardSdk('metrics', () => source.instrument(meter)),
    )
  }

  #chooseFallback(): void {
    const meter = this.#producers === 0 ? this.#instruments?.meter : undefined
    if (meter === undefined) this.fallback = undefined
    else if (this.fallback?.meter !== meter) this.fallback = new DurationFallback(meter, this.#series)
  }
}

const KEY: unique symbol = Symbol.for('leasehold.telemetry.v1')
const shared = globalThis as { [KEY]?: TelemetryHub }

/** The one of this process, whichever copy of the package made it. */
export function telemetryHub(): TelemetryHub {
  return (shared[KEY] ??= new TelemetryHub())
}
