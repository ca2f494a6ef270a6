import type { Meter } from '@opentelemetry/api'
import { OUTCOMES } from '../lease.ts'
import type { LeaseSeries } from './lease-series.ts'
import * as names from './names.generated.ts'
import { ObservedInstruments } from './observed-instruments.ts'

const METRICS = [
  names.METRIC_LEASE_ACQUISITIONS,
  names.METRIC_LEASE_ACTIVE,
  names.METRIC_LEASE_OVERDUE,
  names.METRIC_LEASE_QUARANTINED,
  names.METRIC_LEASE_OLDEST_AGE,
  names.METRIC_CLEANUPS,
]

/** The instruments of leases. All outcomes are told from the first lease on, at 0: `increase()` needs a start. */
export function leaseInstruments(meter: Meter, series: LeaseSeries): ObservedInstruments {
  return new ObservedInstruments(meter, METRICS, to => {
    for (const totals of series.totals()) {
      const own = { [names.ATTR_KIND]: totals.kind, [names.ATTR_NAME]: totals.name }
      to.tell(names.METRIC_LEASE_ACQUISITIONS, totals.acquired, own)
      to.tell(names.METRIC_LEASE_ACTIVE, totals.live, own)
      to.tell(names.METRIC_LEASE_OVERDUE, totals.overdue, own)
      to.tell(names.METRIC_LEASE_QUARANTINED, totals.quarantined, own)
      to.tell(names.METRIC_LEASE_OLDEST_AGE, totals.oldestMillis / 1_000, own)
      for (const outcome of OUTCOMES) {
        to.tell(names.METRIC_CLEANUPS, totals[outcome], { ...own, [names.ATTR_CLEANUP_OUTCOME]: outcome })
      }
    }
  })
}
