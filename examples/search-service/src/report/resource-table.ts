import type { CleanupOutcome, RegistryStats } from '@leasehold/core'

export interface ResourceRow {
  readonly kind: string
  readonly acquired: number
  readonly live: number
  readonly cleaned: number
  readonly failed: number
  /** Of the cleanups that have ended; undefined as long as none has. */
  readonly successPercent: number | undefined
}

/** The registry's counts by kind, all names of a kind together, in order of their first acquisition. */
export function resourceRows(stats: RegistryStats): ResourceRow[] {
  const kinds = [...new Set(stats.groups.map(group => group.kind))]
  return kinds.map(kind => {
    const groups = stats.groups.filter(group => group.kind === kind)
    const sum = (count: (group: RegistryStats['groups'][number]) => number): number =>
      groups.reduce((total, group) => total + count(group), 0)
    const cleaned = sum(group => group.outcomes.success)
    const failed = sum(group => failures(group.outcomes))
    return {
      kind,
      acquired: sum(group => group.acquired),
      live: sum(group => group.live + group.releasing),
      cleaned,
      failed,
      successPercent: cleaned + failed === 0 ? undefined : (100 * cleaned) / (cleaned + failed),
    }
  })
}

/** This program never chooses the strategy "forced": each forced cleanup is one that a drain did not wait for. */
export function failures(outcomes: Readonly<Record<CleanupOutcome, number>>): number {
  return outcomes.failure + outcomes.timeout + outcomes.abandoned + outcomes.forced
}
