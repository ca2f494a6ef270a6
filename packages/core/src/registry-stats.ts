import { OUTCOMES, type CleanupOutcome } from './lease.ts'
import type { LeaseGroup } from './lease-group.ts'

/**
 * Counts of leases since the registry's start. At every moment, in each group and in the totals:
 * `acquired = live + releasing + success + failure + timeout + abandoned + forced`.
 */
export interface LeaseCounts {
  acquired: number
  /** Held now. */
  live: number
  /** Released, the outcome not known yet: cleanups in flight, or waiting in the background. */
  releasing: number
  outcomes: Record<CleanupOutcome, number>
  /** Of the live ones: held longer than their leak threshold. */
  overdue: number
  /** How long the oldest live lease has been held; 0 without any. */
  oldestMillis: number
  /** Cleanups that timed out, could not be forced, and still have not settled. */
  quarantined: number
  /** Cleanups that settled after their outcome had been counted. */
  lateSettled: number
  /** Calls of `release()` on leases that their owner had released. */
  doubleReleases: number
}

/** The counts of one kind and name. */
export interface GroupStats extends LeaseCounts {
  kind: string
  name: string
}

/** A snapshot: the totals, and each group. */
export interface RegistryStats extends LeaseCounts {
  /** In order of their first acquisition. */
  groups: GroupStats[]
  /** Throws and rejections of `on(…)` listeners. */
  listenerErrors: number
}

/** All groups swept and read at `now`; groups of the same kind and name are one. */
export function registryStats(
  groups: Iterable<LeaseGroup>,
  now: number,
  listenerErrors: number,
): RegistryStats {
  const totals: RegistryStats = { ...emptyCounts(), groups: [], listenerErrors }
  for (const group of groups) {
    group.sweep(now, Infinity)
    let stats = totals.groups.find(other => other.kind === group.kind && other.name === group.name)
    if (stats === undefined) {
      stats = { kind: group.kind, name: group.name, ...emptyCounts() }
      totals.groups.push(stats)
    }
    add(stats, group, now)
    add(totals, group, now)
  }
  return totals
}

export function emptyOutcomes(): Record<CleanupOutcome, number> {
  return { success: 0, failure: 0, timeout: 0, abandoned: 0, forced: 0 }
}

function emptyCounts(): LeaseCounts {
  return {
    acquired: 0,
    live: 0,
    releasing: 0,
    outcomes: emptyOutcomes(),
    overdue: 0,
    oldestMillis: 0,
    quarantined: 0,
    lateSettled: 0,
    doubleReleases: 0,
  }
}

function add(counts: LeaseCounts, group: LeaseGroup, now: number): void {
  counts.acquired += group.acquired
  counts.live += group.live
  counts.releasing += group.releasing
  for (const outcome of OUTCOMES) counts.outcomes[outcome] += group[outcome]
  counts.overdue += group.overdue
  counts.oldestMillis = Math.max(counts.oldestMillis, group.oldestMillis(now))
  counts.quarantined += group.quarantined
  counts.lateSettled += group.lateSettled
  counts.doubleReleases += group.doubleReleases
}
