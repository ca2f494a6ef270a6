import { byName } from './limited.ts'
import type { PoolRow } from './live-state.ts'
import { ATTRIBUTE, METRIC } from './metric-names.ts'
import type { Observations } from './observations.ts'

const BREAKER = ['closed', 'half-open', 'open'] as const

/** The pools: those for which most wait first. */
export function poolRows(seen: Observations): Omit<PoolRow, 'trend'>[] {
  return seen
    .names(METRIC.poolResources)
    .map(name => {
      const of = { name }
      const count = (state: string): number =>
        seen.sumWhere(METRIC.poolResources, of, ATTRIBUTE.resourceState, [state])
      return {
        name,
        used: count('used'),
        idle: count('idle'),
        creating: count('creating'),
        destroying: count('destroying'),
        limit: seen.value(METRIC.poolLimit, of) ?? 0,
        waiting: seen.value(METRIC.poolPending, of) ?? 0,
        timeouts: seen.value(METRIC.poolTimeouts, of) ?? 0,
        breaker: BREAKER[seen.value(METRIC.poolBreaker, of) ?? 0] ?? 'closed',
      }
    })
    .sort((a, b) => b.waiting - a.waiting || b.used - a.used || byName(a, b))
}
