import type { Meter } from '@opentelemetry/api'
import { ObservedInstruments } from '@leasehold/core'
import type { PoolStatus } from '../pool-status.ts'
import * as names from './names.generated.ts'
import { usedOf } from './pool-instruments.ts'
import { databaseSeries, sumOf } from './pool-series.ts'

/** How each is read from the statuses of the pools of one name. */
const SUMS: readonly [names.MetricDefinition, (status: PoolStatus) => number][] = [
  [names.METRIC_DB_CLIENT_CONNECTION_IDLE_MAX, ({ max }) => max],
  [names.METRIC_DB_CLIENT_CONNECTION_IDLE_MIN, ({ min }) => min],
  [names.METRIC_DB_CLIENT_CONNECTION_LIMIT, ({ max }) => max],
  [names.METRIC_DB_CLIENT_CONNECTION_PENDING_REQUESTS, ({ waiting }) => waiting],
]

const STATES: Readonly<Record<names.DbClientConnectionStateValue, (status: PoolStatus) => number>> = {
  idle: ({ idle }) => idle,
  used: usedOf,
}

const METRICS = [
  names.METRIC_DB_CLIENT_CONNECTION_COUNT,
  names.METRIC_DB_CLIENT_CONNECTION_TIMEOUTS,
  ...SUMS.map(([metric]) => metric),
]

/**
 * OpenTelemetry's own instruments of database connection pools: what the pools' own ones read, read once more. Made
 * with the first pool that is declared a database's.
 */
export function databaseInstruments(meter: Meter): Disposable {
  return new ObservedInstruments(meter, METRICS, to => {
    for (const series of databaseSeries()) {
      const statuses = series.statuses()
      const own = { [names.ATTR_DB_CLIENT_CONNECTION_POOL_NAME]: series.name }
      for (const state of names.DB_CLIENT_CONNECTION_STATE_VALUES) {
        const attributes = { ...own, [names.ATTR_DB_CLIENT_CONNECTION_STATE]: state }
        to.tell(names.METRIC_DB_CLIENT_CONNECTION_COUNT, sumOf(statuses, STATES[state]), attributes)
      }
      for (const [metric, figure] of SUMS) to.tell(metric, sumOf(statuses, figure), own)
      to.tell(names.METRIC_DB_CLIENT_CONNECTION_TIMEOUTS, series.acquireTimeouts, own)
    }
  })
}
