import type { DashboardPlan, PanelPlan } from './panel-plan.ts'
import { quantile, rate, series as selected, sumBy } from './promql.ts'

const NAMED = 'leasehold_name=~"$pool"'

function series(metric: string, matchers?: string): string {
  return selected(metric, matchers === undefined ? NAMED : `${NAMED}, ${matchers}`)
}

function duration(title: string, histogram: string, description: string): PanelPlan {
  return {
    kind: 'timeseries',
    title,
    description,
    unit: 's',
    width: 8,
    min: 0,
    queries: [
      { expr: quantile(0.5, histogram, 'leasehold_name', NAMED), legend: '{{leasehold_name}} median' },
      {
        expr: quantile(0.99, histogram, 'leasehold_name', NAMED),
        legend: '{{leasehold_name}} 99th percentile',
      },
    ],
  }
}

export const pools: DashboardPlan = {
  uid: 'leasehold-pools',
  title: 'Leasehold / Pools',
  description: 'Who waits for a resource, where the resources are, and how long the factory takes.',
  variables: [
    {
      name: 'pool',
      label: 'Pool',
      of: { metric: 'leasehold_pool_resource_limit{job=~"$job"}', label: 'leasehold_name' },
    },
  ],
  rows: [
    {
      title: 'Saturation',
      panels: [
        {
          kind: 'timeseries',
          title: 'In use',
          description: 'Share of the limit that is lent. At 100 % callers wait.',
          unit: 'percentunit',
          width: 8,
          min: 0,
          max: 1,
          thresholds: ['green', [0.9, 'orange'], [1, 'red']],
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
          description: 'Above 0 for long, the pool is too small, or loans are held too long.',
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
        duration(
          'Wait for a resource',
          'leasehold_pool_wait_duration_seconds',
          'From the call of acquire to the lease, of those that were served; 0 where one was idle.',
        ),
      ],
    },
    {
      title: 'Resources',
      panels: [
        {
          kind: 'timeseries',
          title: 'Resources by state',
          description: 'The sum is the pool’s size. Creating or destroying for long: the factory hangs.',
          unit: 'short',
          width: 8,
          min: 0,
          stacked: true,
          queries: [
            {
              expr: sumBy(
                'leasehold_name, leasehold_pool_resource_state',
                series('leasehold_pool_resource_count'),
              ),
              legend: '{{leasehold_name}} {{leasehold_pool_resource_state}}',
            },
          ],
        },
        duration('Use of a resource', 'leasehold_pool_use_duration_seconds', 'How long resources were lent.'),
        duration(
          'Create',
          'leasehold_pool_create_duration_seconds',
          'Of creates that succeeded and of those that failed or timed out.',
        ),
      ],
    },
    {
      title: 'Trouble',
      panels: [
        {
          kind: 'timeseries',
          title: 'Time-outs, by phase',
          description: 'A second, by what took too long.',
          unit: 'ops',
          width: 8,
          min: 0,
          queries: [
            {
              expr: sumBy(
                'leasehold_name, leasehold_pool_phase',
                rate('leasehold_pool_timeouts_total', NAMED),
              ),
              legend: '{{leasehold_name}} {{leasehold_pool_phase}}',
            },
          ],
        },
        {
          kind: 'timeseries',
          title: 'Breaker',
          description: 'Open: creates fail at once, without calling the factory, until it is tried again.',
          unit: 'short',
          width: 8,
          min: 0,
          max: 2,
          texts: { 0: 'closed', 1: 'half-open', 2: 'open' },
          queries: [
            {
              expr: `max by (leasehold_name) (${series('leasehold_pool_breaker_state_ratio')})`,
              legend: '{{leasehold_name}}',
            },
          ],
        },
        {
          kind: 'timeseries',
          title: 'Loans a second',
          description: 'How often resources are lent.',
          unit: 'ops',
          width: 8,
          min: 0,
          linksToTraces: true,
          queries: [
            {
              expr: sumBy(
                'leasehold_name',
                rate('leasehold_lease_acquisitions_total', `${NAMED}, leasehold_kind="pool.loan"`),
              ),
              legend: '{{leasehold_name}}',
            },
          ],
        },
      ],
    },
  ],
}
