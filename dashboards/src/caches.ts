import type { DashboardPlan } from './panel-plan.ts'
import { quantile, rate, series as selected, sumBy } from './promql.ts'

const NAMED = 'leasehold_name=~"$cache"'

function series(metric: string, matchers?: string): string {
  return selected(metric, matchers === undefined ? NAMED : `${NAMED}, ${matchers}`)
}

const requests = (matchers: string): string =>
  sumBy('leasehold_name', rate('leasehold_cache_requests_total', matchers))

export const caches: DashboardPlan = {
  uid: 'leasehold-caches',
  title: 'Leasehold / Caches',
  description: 'How often the cache has it, how full it is, and what has to go.',
  variables: [
    {
      name: 'cache',
      label: 'Cache',
      of: { metric: 'leasehold_cache_entry_count{job=~"$job"}', label: 'leasehold_name' },
    },
  ],
  rows: [
    {
      title: 'Use',
      panels: [
        {
          kind: 'timeseries',
          title: 'Hit rate',
          description: 'Share of the requests that the cache had something for, stale values included.',
          unit: 'percentunit',
          width: 8,
          min: 0,
          max: 1,
          queries: [
            {
              expr: `${requests(`${NAMED}, leasehold_cache_result=~"hit|stale"`)} / ${requests(NAMED)}`,
              legend: '{{leasehold_name}}',
            },
          ],
        },
        {
          kind: 'timeseries',
          title: 'Requests',
          description: 'A second, by what they came to.',
          unit: 'ops',
          width: 8,
          min: 0,
          stacked: true,
          queries: [
            {
              expr: sumBy(
                'leasehold_name, leasehold_cache_result',
                rate('leasehold_cache_requests_total', NAMED),
              ),
              legend: '{{leasehold_name}} {{leasehold_cache_result}}',
            },
          ],
        },
        {
          kind: 'timeseries',
          title: 'Load',
          description: 'How long loads took, their repetitions included; those that failed as well.',
          unit: 's',
          width: 8,
          min: 0,
          queries: [
            {
              expr: quantile(0.5, 'leasehold_cache_load_duration_seconds', 'leasehold_name', NAMED),
              legend: '{{leasehold_name}} median',
            },
            {
              expr: quantile(0.99, 'leasehold_cache_load_duration_seconds', 'leasehold_name', NAMED),
              legend: '{{leasehold_name}} 99th percentile',
            },
          ],
        },
      ],
    },
    {
      title: 'Memory',
      panels: [
        {
          kind: 'timeseries',
          title: 'Entries',
          description: 'Live ones never exceed the limit. Retired: evicted, but lent or being disposed of.',
          unit: 'short',
          width: 8,
          min: 0,
          queries: [
            {
              expr: sumBy('leasehold_name, leasehold_cache_state', series('leasehold_cache_entry_count')),
              legend: '{{leasehold_name}} {{leasehold_cache_state}}',
            },
            {
              expr: sumBy('leasehold_name', series('leasehold_cache_entry_limit')),
              legend: '{{leasehold_name}} limit',
            },
          ],
        },
        {
          kind: 'timeseries',
          title: 'Accounted size',
          description:
            'As the cache’s sizeOf has it, which is not the heap. Retired for long: loans that never end.',
          unit: 'bytes',
          width: 8,
          min: 0,
          queries: [
            {
              expr: sumBy('leasehold_name, leasehold_cache_state', series('leasehold_cache_size_bytes')),
              legend: '{{leasehold_name}} {{leasehold_cache_state}}',
            },
          ],
        },
        {
          kind: 'timeseries',
          title: 'Evictions',
          description:
            'A second, by reason. Many by size or bytes and a low hit rate: the cache is too small.',
          unit: 'ops',
          width: 8,
          min: 0,
          stacked: true,
          queries: [
            {
              expr: sumBy(
                'leasehold_name, leasehold_cache_reason',
                rate('leasehold_cache_evictions_total', NAMED),
              ),
              legend: '{{leasehold_name}} {{leasehold_cache_reason}}',
            },
          ],
        },
      ],
    },
  ],
}
