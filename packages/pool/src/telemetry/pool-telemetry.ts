import {
  leaseTelemetry,
  safeText,
  SdkHistograms,
  type LeaseTelemetry,
  type TelemetrySource,
} from '@leasehold/core'
import type { IdentitySettings } from '../pool-identity.ts'
import type { PoolPhase } from '../pool-error.ts'
import { databaseInstruments } from './database-instruments.ts'
import * as names from './names.generated.ts'
import { databaseHistograms, poolHistograms } from './pool-histograms.ts'
import { poolInstruments } from './pool-instruments.ts'
import { poolSeries, PoolSeries, type PoolReading } from './pool-series.ts'
import { PoolSpans } from './pool-spans.ts'

const POOLS: TelemetrySource = { instrument: poolInstruments, histograms: poolHistograms }
const DATABASES: TelemetrySource = { instrument: databaseInstruments, histograms: databaseHistograms }

/** What a duration is recorded as, where that is into an SDK's histograms. */
interface Duration {
  readonly metric: names.HistogramDefinition
  readonly kind: string
  readonly ofDatabase: names.HistogramDefinition
}

const WAIT: Duration = {
  metric: names.METRIC_POOL_WAIT_DURATION,
  kind: 'pool.loan',
  ofDatabase: names.METRIC_DB_CLIENT_CONNECTION_WAIT_TIME,
}
const USE: Duration = {
  metric: names.METRIC_POOL_USE_DURATION,
  kind: 'pool.loan',
  ofDatabase: names.METRIC_DB_CLIENT_CONNECTION_USE_TIME,
}
const CREATE: Duration = {
  metric: names.METRIC_POOL_CREATE_DURATION,
  kind: 'pool.resource',
  ofDatabase: names.METRIC_DB_CLIENT_CONNECTION_CREATE_TIME,
}

/** All that one pool tells of itself. */
export class PoolTelemetry {
  readonly spans: PoolSpans
  readonly #hub: LeaseTelemetry = leaseTelemetry()
  readonly #series: PoolSeries
  readonly #isExported: boolean
  readonly #histograms: SdkHistograms = new SdkHistograms()

  constructor(settings: IdentitySettings, pool: PoolReading) {
    const { name, database, telemetry } = settings
    // An SDK registered by now shall see the first create, too.
    this.#hub.refresh()
    this.spans = new PoolSpans(settings)
    this.#isExported = telemetry.metrics
    this.#series = this.#isExported ? poolSeries.of(safeText(name)) : new PoolSeries(name)
    if (!this.#isExported) return
    this.#series.open.add(pool)
    // With the first pool of its kind, not when the module loads: a program that makes none exports nothing.
    this.#hub.addSource(POOLS)
    if (database === undefined) return
    this.#series.isDatabase = true
    this.#hub.addSource(DATABASES)
  }

  /** Whether durations go straight into an SDK's histograms: then {@link used} is to be told. */
  get isFallback(): boolean {
    return this.#isExported && this.#hub.fallbackMeter !== undefined
  }

  /** An acquire that found an idle resource. */
  served(): void {
    if (!this.#isExported) return
    this.#series.immediate++
    if (this.#hub.fallbackMeter !== undefined) this.#record(WAIT, 0)
  }

  waited(millis: number): void {
    if (!this.#isExported) return
    this.#series.waited(millis / 1_000)
    this.#record(WAIT, millis)
  }

  created(millis: number): void {
    if (!this.#isExported) return
    this.#series.creates.record(millis / 1_000)
    this.#record(CREATE, millis)
  }

  /** How long a resource was lent; core's own histogram has it where there is a producer. */
  used(millis: number): void {
    this.#record(USE, millis)
  }

  timedOut(phase: PoolPhase): void {
    if (this.#isExported) this.#series.timeouts[phase]++
  }

  /** An acquire has ended with a time-out, in whatever phase. */
  acquireTimedOut(): void {
    this.#series.acquireTimeouts++
  }

  closed(pool: PoolReading): void {
    this.#series.open.delete(pool)
  }

  /** For an SDK of the program's own whose readers do not have our producer. */
  #record({ metric, kind, ofDatabase }: Duration, millis: number): void {
    if (this.#hub.fallbackMeter === undefined) return
    const { name, isDatabase } = this.#series
    const seconds = millis / 1_000
    this.#histograms.record(metric, seconds, { [names.ATTR_KIND]: kind, [names.ATTR_NAME]: name })
    if (!isDatabase) return
    this.#histograms.record(ofDatabase, seconds, { [names.ATTR_DB_CLIENT_CONNECTION_POOL_NAME]: name })
  }
}
