import type { Meter } from '@opentelemetry/api'
import { ObservedInstruments, type Observations } from '@leasehold/core'
import type { PoolStatus } from '../pool-status.ts'
import * as names from './names.generated.ts'
import { poolSeries, sumOf, type PoolSeries } from './pool-series.ts'

/** Not idle, and of no use to anybody else. */
export const usedOf = ({ borrowed, validating, resetting }: PoolStatus): number =>
  borrowed + validating + resetting

const STATES: readonly [names.PoolResourceStateValue, (status: PoolStatus) => number][] = [
  ['idle', ({ idle }) => idle],
  ['used', usedOf],
  ['creating', ({ creating }) => creating],
  ['destroying', ({ destroying }) => destroying],
]

const BREAKER: Readonly<Record<PoolStatus['breaker'], number>> = {
  closed: 0,
  disabled: 0,
  'half-open': 1,
  open: 2,
}

const METRICS = [
  names.METRIC_POOL_RESOURCE_COUNT,
  names.METRIC_POOL_RESOURCE_LIMIT,
  names.METRIC_POOL_PENDING_REQUESTS,
  names.METRIC_POOL_TIMEOUTS,
  names.METRIC_POOL_BREAKER_STATE,
]

export function poolInstruments(meter: Meter): Disposable {
  return new ObservedInstruments(meter, METRICS, to => {
    for (const series of poolSeries) tellPools(series, to)
  })
}

function tellPools(series: PoolSeries, to: Observations): void {
  const statuses = series.statuses()
  const resource = { [names.ATTR_KIND]: 'pool.resource', [names.ATTR_NAME]: series.name }
  const loan = { [names.ATTR_KIND]: 'pool.loan', [names.ATTR_NAME]: series.name }
  for (const [state, figure] of STATES) {
    const attributes = { ...resource, [names.ATTR_POOL_RESOURCE_STATE]: state }
    to.tell(names.METRIC_POOL_RESOURCE_COUNT, sumOf(statuses, figure), attributes)
  }
  const limit = sumOf(statuses, ({ max }) => max)
  to.tell(names.METRIC_POOL_RESOURCE_LIMIT, limit, resource)
  const breakers = statuses.map(({ breaker }) => BREAKER[breaker])
  to.tell(names.METRIC_POOL_BREAKER_STATE, Math.max(0, ...breakers), resource)
  const waiting = sumOf(statuses, status => status.waiting)
  to.tell(names.METRIC_POOL_PENDING_REQUESTS, waiting, loan)
  for (const phase of names.POOL_PHASE_VALUES) {
    const attributes = { ...loan, [names.ATTR_POOL_PHASE]: phase }
    to.tell(names.METRIC_POOL_TIMEOUTS, series.timeouts[phase], attributes)
  }
}
