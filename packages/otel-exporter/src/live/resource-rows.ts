import { byName } from './limited.ts'
import type { Identity, LeaseFigures } from './live-state.ts'
import { ATTRIBUTE, METRIC } from './metric-names.ts'
import { keyOf, type Observations } from './observations.ts'

/** Of everything together. */
export const ALL = ''

/** The counts of one kind and name, before what takes several readings. */
export type Counts = Identity & Omit<LeaseFigures, 'rate'>

/** What there is of each kind and name: overdue ones first, then those that hold most. */
export function resourceCounts(seen: Observations): Counts[] {
  return seen
    .identities(METRIC.acquisitions)
    .map(of => countsOf(seen, of))
    .sort((a, b) => b.overdue - a.overdue || b.live - a.live || b.acquired - a.acquired || byName(a, b))
}

export function acquiredByKey(all: readonly Counts[]): Map<string, number> {
  const totals = new Map(all.map(counts => [keyOf(counts), counts.acquired]))
  return totals.set(ALL, summed(all).acquired)
}

export function summed(all: readonly Counts[]): Omit<LeaseFigures, 'rate'> {
  const sum = (field: keyof Omit<LeaseFigures, 'rate'>): number =>
    all.reduce((total, counts) => total + counts[field], 0)
  return {
    acquired: sum('acquired'),
    live: sum('live'),
    releasing: sum('releasing'),
    overdue: sum('overdue'),
    quarantined: sum('quarantined'),
    succeeded: sum('succeeded'),
    failed: sum('failed'),
    forced: sum('forced'),
    oldestSeconds: all.reduce((oldest, { oldestSeconds }) => Math.max(oldest, oldestSeconds), 0),
  }
}

function countsOf(seen: Observations, of: Identity): Counts {
  const acquired = seen.value(METRIC.acquisitions, of) ?? 0
  const live = seen.value(METRIC.active, of) ?? 0
  const ended = seen.value(METRIC.cleanups, of) ?? 0
  const outcomes = (...names: string[]): number =>
    seen.sumWhere(METRIC.cleanups, of, ATTRIBUTE.outcome, names)
  return {
    ...of,
    acquired,
    live,
    // All are observed in one callback, so that the identity holds.
    releasing: acquired - live - ended,
    overdue: seen.value(METRIC.overdue, of) ?? 0,
    quarantined: seen.value(METRIC.quarantined, of) ?? 0,
    succeeded: outcomes('success'),
    failed: outcomes('failure', 'timeout', 'abandoned'),
    forced: outcomes('forced'),
    oldestSeconds: seen.value(METRIC.oldestAge, of) ?? 0,
  }
}
