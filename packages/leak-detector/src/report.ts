import type { LeaseInfo, LeaseRef, LeaseWatch } from '@leasehold/core'
import type { Alert, AlertTrace } from './alert.ts'
import type { AlertBook } from './alert-book.ts'
import type { CleanupHealths } from './cleanup-healths.ts'
import type { KernelView } from './kernel-view.ts'
import { kernelView } from './kernel-view.ts'
import type { CheckedReportOptions } from './report-options.ts'
import { OldestLeases } from './oldest-leases.ts'
import { rateOf } from './rules/cleanup-success.ts'
import { SiteCounts } from './site-counts.ts'
import type { WindowCounts } from './success-windows.ts'
import { wilson, Z_PROOF } from './wilson.ts'

/** Cleanups that ended within a window, and what that proves. */
export interface SuccessRate {
  readonly succeeded: number
  readonly failed: number
  /** 1 without any. */
  readonly rate: number
  /** The rate is above this with 95 % confidence, and below the other one. */
  readonly lower: number
  readonly upper: number
}

/** Live leases acquired at one place. */
export interface ReportedSite {
  /** undefined: not sampled. */
  readonly stack: string | undefined
  readonly count: number
  readonly oldestMillis: number
  /** At most 10. */
  readonly traces: readonly AlertTrace[]
}

/** The leases of one kind and name. */
export interface ReportedGroup {
  readonly kind: string
  readonly name: string
  readonly live: number
  readonly overdue: number
  readonly quarantined: number
  readonly oldestMillis: number
  /** The most held first; at most 20. */
  readonly sites: readonly ReportedSite[]
  readonly last5Minutes: SuccessRate
  readonly last60Minutes: SuccessRate
}

/** Who holds what. */
export interface LeakReport {
  readonly at: Date
  /** Of the snapshot: `live`, `sites` and `leases` are of what has come since. */
  readonly since: Date | undefined
  readonly live: number
  /** Those that hold something, or have failed in the last hour; the most held first. */
  readonly groups: readonly ReportedGroup[]
  /** The oldest live leases. */
  readonly leases: readonly LeaseInfo[]
  readonly last5Minutes: SuccessRate
  readonly last60Minutes: SuccessRate
  readonly activeAlerts: readonly Alert[]
  /** How many alerts nobody was told of, as there were too many. */
  readonly suppressedAlerts: number
  /** What the kernel sees, on Linux: now, and when the detector started. */
  readonly kernel: { readonly now: KernelView; readonly atStart: KernelView } | undefined
}

/** What a report is made from. */
export interface ReportSource {
  readonly watch: LeaseWatch
  readonly healths: CleanupHealths
  readonly book: AlertBook
  readonly kernelAtStart: KernelView | undefined
}

class GroupFigures {
  readonly kind: string
  readonly name: string
  live: number = 0
  overdue: number = 0
  quarantined: number = 0
  oldestMillis: number = 0
  readonly sites: SiteCounts = new SiteCounts()

  constructor(kind: string, name: string) {
    this.kind = kind
    this.name = name
  }
}

export function makeReport(source: ReportSource, options: CheckedReportOptions): LeakReport {
  const { watch, healths, book, kernelAtStart } = source
  const now = watch.clock.now()
  healths.read(now)
  const kernel = kernelView()
  const { groups, oldest } = liveLeases(watch, options, now)
  const reported = [...groups.values()]
    .map((group): ReportedGroup => {
      const windows = healths.of(group.kind, group.name)?.windows
      const { sites, ...figures } = group
      return {
        ...figures,
        sites: sites.top(now),
        last5Minutes: success(windows?.short),
        last60Minutes: success(windows?.long),
      }
    })
    .filter(({ live, quarantined, last60Minutes }) => live + quarantined + last60Minutes.failed > 0)
    .sort((a, b) => b.live - a.live)
  return {
    at: new Date(),
    since: options.since?.at,
    live: reported.reduce((sum, { live }) => sum + live, 0),
    groups: reported,
    leases: oldest.map(lease => watch.info(lease)),
    last5Minutes: success(healths.total.windows.short),
    last60Minutes: success(healths.total.windows.long),
    activeAlerts: book.active(),
    suppressedAlerts: book.suppressed,
    kernel:
      kernel === undefined || kernelAtStart === undefined
        ? undefined
        : { now: kernel, atStart: kernelAtStart },
  }
}

function success({ succeeded, failed }: WindowCounts = { succeeded: 0, failed: 0 }): SuccessRate {
  const bounds = wilson(succeeded, succeeded + failed, Z_PROOF)
  return { succeeded, failed, rate: rateOf({ succeeded, failed }), ...bounds }
}

/** Every live lease is looked at once, and few are kept. */
function liveLeases(
  watch: LeaseWatch,
  { since, limit }: CheckedReportOptions,
  now: number,
): { groups: Map<string, GroupFigures>; oldest: LeaseRef[] } {
  const groups = new Map<string, GroupFigures>()
  const oldest: LeaseRef[] = []
  for (const watched of watch.groups()) {
    const key = `${watched.kind}\n${watched.name}`
    let group = groups.get(key)
    if (group === undefined) groups.set(key, (group = new GroupFigures(watched.kind, watched.name)))
    const figures = group
    figures.quarantined += watched.quarantined
    const kept = new OldestLeases(limit)
    const visit = (lease: LeaseRef): void => {
      figures.live++
      const heldMillis = lease.heldMillis(now)
      if (heldMillis >= lease.leakThresholdMillis) figures.overdue++
      if (heldMillis > figures.oldestMillis) figures.oldestMillis = heldMillis
      figures.sites.add(lease)
      kept.add(lease)
    }
    watch.visitLive(watched, since?.lastId ?? 0, visit, () => kept.begin())
    oldest.push(...kept.all())
  }
  return { groups, oldest: oldest.sort((a, b) => a.id - b.id).slice(0, limit) }
}
