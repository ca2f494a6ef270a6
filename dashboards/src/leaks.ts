import type { DashboardPlan } from './panel-plan.ts'
import { FAILED, quantile, rate, risen, series, sumBy } from './promql.ts'

const OWNER = 'leasehold_kind, leasehold_name'
const OWNED = '{{leasehold_kind}} {{leasehold_name}}'

/** The share that failed over `window`, of all processes together. */
function failing(window: string): string {
  const of = (matchers?: string): string =>
    sumBy('', `increase(${series('leasehold_cleanups_total', matchers)}[${window}])`)
  return `${of(FAILED)} / ${of()}`
}

export const leaks: DashboardPlan = {
  uid: 'leasehold-leaks',
  title: 'Leasehold / Leaks and cleanup',
  description: 'Which alerts fire, who leaks, and why cleanups fail.',
  rows: [
    {
      title: 'Leaks',
      panels: [
        {
          kind: 'table',
          title: 'Alerts firing',
          description: 'What the leak detector alerts on now. Each rule has a runbook page.',
          unit: 'short',
          width: 12,
          queries: [
            {
              expr: `${sumBy(`${OWNER}, leasehold_alert_rule, leasehold_alert_severity`, series('leasehold_alert_active'))} > 0`,
              legend: '',
            },
          ],
        },
        {
          kind: 'timeseries',
          title: 'Leaks found',
          description:
            'By how they were found. Found after garbage collection (abandoned) are those of a sample: multiply by its interval.',
          unit: 'short',
          width: 12,
          min: 0,
          stacked: true,
          queries: [
            {
              expr: sumBy(
                'leasehold_leak_reason',
                `increase(${series('leasehold_leaks_total')}[$__rate_interval])`,
              ),
              legend: '{{leasehold_leak_reason}}',
            },
          ],
        },
        {
          kind: 'timeseries',
          title: 'Held for too long, by owner',
          description:
            'Live leases past their leak threshold. The traces of the acquiring spans are in the alerts.',
          unit: 'short',
          width: 8,
          min: 0,
          linksToTraces: true,
          queries: [{ expr: sumBy(OWNER, series('leasehold_lease_overdue')), legend: OWNED }],
        },
        {
          kind: 'timeseries',
          title: 'Acquired and not ended, over an hour',
          description:
            'Leases that began in the last hour less those that ended in it. Around 0 in a steady state; a growth that goes on is a slow leak.',
          unit: 'short',
          width: 8,
          queries: [
            {
              expr: `${sumBy(OWNER, `increase(${series('leasehold_lease_acquisitions_total')}[1h])`)} - ${sumBy(OWNER, `increase(${series('leasehold_cleanups_total')}[1h])`)}`,
              legend: OWNED,
            },
          ],
        },
        {
          kind: 'timeseries',
          title: 'Age of the oldest lease, by owner',
          description: 'The oldest of all processes.',
          unit: 's',
          width: 8,
          min: 0,
          queries: [
            {
              expr: `max by (${OWNER}) (${series('leasehold_lease_oldest_age_seconds')})`,
              legend: OWNED,
            },
          ],
        },
      ],
    },
    {
      title: 'Cleanup success',
      panels: [
        {
          kind: 'timeseries',
          title: 'Share that fails, by window',
          description:
            'The error ratio over a short and a long window. Above 1.44 % in both, the month’s budget is gone in two days: the page of the alert rules.',
          unit: 'percentunit',
          width: 12,
          min: 0,
          thresholds: ['green', [0.001, 'orange'], [0.0144, 'red']],
          queries: [
            { expr: failing('5m'), legend: '5 minutes' },
            { expr: failing('1h'), legend: '1 hour' },
          ],
        },
        {
          kind: 'timeseries',
          title: 'Success by owner',
          description: 'As the leak detector sees it over five minutes; absent where nothing ended.',
          unit: 'percentunit',
          width: 12,
          max: 1,
          queries: [
            {
              expr: `min by (${OWNER}) (${series('leasehold_cleanup_success_ratio', 'leasehold_cleanup_window="5m"')})`,
              legend: OWNED,
            },
          ],
        },
        {
          kind: 'timeseries',
          title: 'Ends, by outcome',
          description: 'How leases end, a second.',
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
          title: 'Cleanup duration',
          description: 'By strategy, with retries and the waits between them.',
          unit: 's',
          width: 8,
          min: 0,
          queries: [
            {
              expr: quantile(0.5, 'leasehold_cleanup_duration_seconds', 'leasehold_cleanup_strategy'),
              legend: '{{leasehold_cleanup_strategy}} median',
            },
            {
              expr: quantile(0.99, 'leasehold_cleanup_duration_seconds', 'leasehold_cleanup_strategy'),
              legend: '{{leasehold_cleanup_strategy}} 99th percentile',
            },
          ],
        },
        {
          kind: 'timeseries',
          title: 'Being released',
          description:
            'What the accounting identity leaves between live and ended. Many for long: cleanups are slow, or stuck in the background queue.',
          unit: 'short',
          width: 8,
          min: 0,
          queries: [
            {
              expr: `${sumBy(OWNER, series('leasehold_lease_acquisitions_total'))} - ${sumBy(OWNER, series('leasehold_lease_active'))} - ${sumBy(OWNER, series('leasehold_cleanups_total'))}`,
              legend: OWNED,
            },
          ],
        },
        {
          kind: 'table',
          title: 'Why cleanups fail',
          description: 'The ten most frequent errors since the start of each process.',
          unit: 'short',
          width: 12,
          queries: [
            {
              expr: `topk(10, ${sumBy(`${OWNER}, error_type`, series('leasehold_cleanup_duration_seconds_count', 'error_type!=""'))})`,
              legend: '',
            },
          ],
        },
        {
          kind: 'table',
          title: 'Failed cleanups, by owner',
          description: 'Failures, time-outs and abandoned leases over the time shown.',
          unit: 'short',
          width: 12,
          queries: [{ expr: `${sumBy(OWNER, risen('leasehold_cleanups_total', FAILED))} > 0`, legend: '' }],
        },
      ],
    },
  ],
}
