import type { LeaseFilter, LeaseInfo } from '@leasehold/core'
import type { ResourceMetrics } from '@opentelemetry/sdk-metrics'
import { alertRows } from './alert-rows.ts'
import { cacheRows } from './cache-rows.ts'
import { cleanupSuccess } from './cleanup-success.ts'
import { leaseRow } from './lease-rows.ts'
import { limited, MAX_ROWS } from './limited.ts'
import type { Limited, LiveState, Trend } from './live-state.ts'
import { mappingRows } from './mapping-rows.ts'
import { keyOf, Observations, type Owner } from './observations.ts'
import { poolRows } from './pool-rows.ts'
import { Rates } from './rates.ts'
import { acquiredByKey, ALL, resourceCounts, summed } from './resource-rows.ts'
import { Trends } from './trends.ts'

export interface LiveViewOptions {
  readonly read: () => Promise<ResourceMetrics>
  readonly leases: (filter: LeaseFilter) => LeaseInfo[]
  /** Milliseconds, monotonic. */
  readonly now: () => number
  readonly jaegerUrl: string | undefined
}

/** From what the reader collects, and the registry's oldest leases, to what a page shows. */
export class LiveView {
  readonly #options: LiveViewOptions
  readonly #trends: Trends = new Trends()
  readonly #rates: Rates = new Rates()

  constructor(options: LiveViewOptions) {
    this.#options = options
  }

  async state(): Promise<LiveState> {
    const { read, leases, now, jaegerUrl } = this.#options
    const metrics = await read()
    const seen = new Observations(metrics)
    const nowMillis = now()
    const counts = resourceCounts(seen)
    this.#rates.read(nowMillis, acquiredByKey(counts))
    this.#trends.begin(nowMillis)
    const totals = summed(counts)
    const alerts = alertRows(seen)
    const oldest = leases({ limit: MAX_ROWS }).map(lease => leaseRow(lease, jaegerUrl))
    const state: LiveState = {
      service: String(metrics.resource.attributes['service.name'] ?? ''),
      pid: process.pid,
      uptimeSeconds: process.uptime(),
      overview: {
        ...totals,
        rate: this.#rates.of(ALL),
        trend: this.#trends.add(ALL, totals.live),
        success: cleanupSuccess(seen, totals),
        alerts: alerts.reduce((sum, { count }) => sum + count, 0),
      },
      alerts: limited(alerts),
      resources: this.#trended(
        'resource',
        counts,
        ({ live }) => live,
        row => ({
          ...row,
          rate: this.#rates.of(keyOf(row)),
        }),
      ),
      pools: this.#trended(
        'pool',
        poolRows(seen),
        ({ waiting }) => waiting,
        row => row,
      ),
      caches: this.#trended(
        'cache',
        cacheRows(seen),
        ({ bytes, entries }) => bytes || entries,
        row => row,
      ),
      mappings: limited(mappingRows(seen)),
      leases: limited(oldest, totals.live + totals.releasing),
    }
    this.#trends.end()
    return state
  }

  #trended<T extends Owner, R>(
    what: string,
    all: readonly T[],
    value: (row: T) => number,
    shown: (row: T) => R,
  ): Limited<R & { trend: Trend }> {
    const { rows, more } = limited(all)
    return {
      rows: rows.map(row => ({
        ...shown(row),
        trend: this.#trends.add(`${what} ${keyOf(row)}`, value(row)),
      })),
      more,
    }
  }
}
