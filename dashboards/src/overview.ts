import type { DashboardPlan } from './panel-plan.ts'
import { FAILED, quantile, rate, risen, series, sumBy } from './promql.ts'

const ended = risen('leasehold_cleanups_total')
const failed = risen('leasehold_cleanups_total', FAILED)

export const overview: DashboardPlan = {
  uid: 'leasehold-overview',
  title: 'Leasehold / Overview',
  description: 'Is anything leaking, do cleanups succeed, who holds what. Start here.',
  rows: [
    {
      title: 'Service level: 99.9 % of the cleanups succeed',
      panels: [
        {
          kind: 'stat',
          title: 'Cleanup success',
          description:
            'Share of the cleanups that succeeded over the time shown. The target is 99.9 %; below 99 % something is wrong now. Failures, time-outs and abandoned leases count against it.',
          unit: 'percentunit',
          width: 4,
          max: 1,
          thresholds: ['red', [0.99, 'orange'], [0.999, 'green']],
          queries: [{ expr: `1 - ${sumBy('', failed)} / ${sumBy('', ended)}`, legend: 'success' }],
        },
        {
          kind: 'stat',
          title: 'Error budget left',
          description:
            'What is left of the 0.1 % that may fail, over the time shown: 100 % when nothing failed, 0 % when the target is just met, below that when it is missed.',
          unit: 'percentunit',
          width: 4,
          max: 1,
          thresholds: ['red', [0, 'orange'], [0.5, 'green']],
          queries: [
            { expr: `1 - (${sumBy('', failed)} / ${sumBy('', ended)}) / 0.001`, legend: 'budget left' },
          ],
        },
        {
          kind: 'stat',
          title: 'Leaks found',
          description: 'Leaks that the leak detector found over the time shown, by whatever rule.',
          unit: 'short',
          width: 4,
          thresholds: ['green', [0.5, 'red']],
          queries: [{ expr: sumBy('', risen('leasehold_leaks_total')), legend: 'leaks' }],
        },
        {
          kind: 'stat',
          title: 'Alerts firing',
          description: 'Alerts of the leak detector that fire now, in all processes.',
          unit: 'short',
          width: 4,
          thresholds: ['green', [1, 'red']],
          queries: [{ expr: sumBy('', series('leasehold_alert_active')), legend: 'firing' }],
        },
        {
          kind: 'stat',
          title: 'Quarantined',
          description:
            'Cleanups that were given up and still have not settled. What they held may be open; they never go away by themselves unless they settle late.',
          unit: 'short',
          width: 4,
          thresholds: ['green', [1, 'red']],
          queries: [{ expr: sumBy('', series('leasehold_lease_quarantined')), legend: 'quarantined' }],
        },
        {
          kind: 'stat',
          title: 'Processes reporting',
          description: 'Instances that were scraped and have telemetry of Leasehold.',
          unit: 'short',
          width: 4,
          thresholds: ['red', [1, 'green']],
          queries: [
            {
              expr: `count(count by (instance) (${series('leasehold_lease_acquisitions_total')}))`,
              legend: 'processes',
            },
          ],
        },
      ],
    },
    {
      title: 'Leases',
      panels: [
        {
          kind: 'timeseries',
          title: 'Held now, by kind',
          description:
            'Leases that are live. A line that only climbs is a leak, long before a limit is reached.',
          unit: 'short',
          width: 8,
          min: 0,
          queries: [
            { expr: sumBy('leasehold_kind', series('leasehold_lease_active')), legend: '{{leasehold_kind}}' },
          ],
        },
        {
          kind: 'timeseries',
          title: 'Acquired a second, by kind',
          description: 'How busy the program is with resources.',
          unit: 'ops',
          width: 8,
          min: 0,
          queries: [
            {
              expr: sumBy('leasehold_kind', rate('leasehold_lease_acquisitions_total')),
              legend: '{{leasehold_kind}}',
            },
          ],
        },
        {
          kind: 'timeseries',
          title: 'How leases end',
          description: 'Ends a second by outcome. All but success want a look.',
          unit: 'ops',
          width: 8,
          min: 0,
          stacked: true,
          queries: [
            {
              expr: sumBy('leasehold_cleanup_outcome', rate('leasehold_cleanups_total')),
              legend: '{{leasehold_cleanup_outcome}}',
            },
          ],
        },
        {
          kind: 'timeseries',
          title: 'Held for too long',
          description:
            'Live leases past their leak threshold. Above 0 for long, it is a leak or a threshold too low.',
          unit: 'short',
          width: 12,
          min: 0,
          queries: [
            {
              expr: sumBy('leasehold_kind, leasehold_name', series('leasehold_lease_overdue')),
              legend: '{{leasehold_kind}} {{leasehold_name}}',
            },
          ],
        },
        {
          kind: 'timeseries',
          title: 'Age of the oldest lease',
          description: 'By kind, the oldest of all processes.',
          unit: 's',
          width: 12,
          min: 0,
          queries: [
            {
              expr: `max by (leasehold_kind) (${series('leasehold_lease_oldest_age_seconds')})`,
              legend: '{{leasehold_kind}}',
            },
          ],
        },
      ],
    },
    {
      title: 'Pools',
      panels: [
        {
          kind: 'timeseries',
          title: 'Pools in use',
          description: 'Share of each pool’s limit that is lent. At 100 % callers wait.',
          unit: 'percentunit',
          width: 8,
          min: 0,
          max: 1,
          queries: [
            {
              expr: `${sumBy('leasehold_name', series('leasehold_pool_resource_count', 'leasehold_pool_resource_state="used"'))} / ${sumBy('leasehold_name', series('leasehold_pool_resource_limit'))}`,
              legend: '{{leasehold_name}}',
            },
          ],
        },
        {
          kind: 'timeseries',
          title: 'Callers waiting',
          description: 'Acquires without a resource yet, by pool.',
          unit: 'short',
          width: 8,
          min: 0,
          queries: [
            {
              expr: sumBy('leasehold_name', series('leasehold_pool_pending_requests')),
              legend: '{{leasehold_name}}',
            },
          ],
        },
        {
          kind: 'timeseries',
          title: 'Wait for a resource, 99th percentile',
          description: 'How long acquires took that were served.',
          unit: 's',
          width: 8,
          min: 0,
          queries: [
            {
              expr: quantile(0.99, 'leasehold_pool_wait_duration_seconds', 'leasehold_name'),
              legend: '{{leasehold_name}}',
            },
          ],
        },
      ],
    },
    {
      title: 'Caches and mapped files',
      panels: [
        {
          kind: 'timeseries',
          title: 'Hit rate of caches',
          description: 'Share of the requests that the cache had something for.',
          unit: 'percentunit',
          width: 8,
          min: 0,
          max: 1,
          queries: [
            {
              expr: `${sumBy('leasehold_name', rate('leasehold_cache_requests_total', 'leasehold_cache_result=~"hit|stale"'))} / ${sumBy('leasehold_name', rate('leasehold_cache_requests_total'))}`,
              legend: '{{leasehold_name}}',
            },
          ],
        },
        {
          kind: 'timeseries',
          title: 'Size of caches',
          description: 'Accounted bytes of all values, those that are evicted and still lent included.',
          unit: 'bytes',
          width: 8,
          min: 0,
          queries: [
            {
              expr: sumBy('leasehold_name', series('leasehold_cache_size_bytes')),
              legend: '{{leasehold_name}}',
            },
          ],
        },
        {
          kind: 'timeseries',
          title: 'Mapped',
          description: 'Bytes of files that are mapped, by mapping.',
          unit: 'bytes',
          width: 8,
          min: 0,
          queries: [
            {
              expr: sumBy('leasehold_name', series('leasehold_mmap_mapped_size_bytes')),
              legend: '{{leasehold_name}}',
            },
          ],
        },
      ],
    },
  ],
}
