import { HotHistogram } from './hot-histogram.ts'
import { DefaultThreshold } from './default-threshold.ts'
import { STRATEGIES, type CleanupOutcome, type CleanupStrategy } from './lease.ts'
import { LeaseList } from './lease-list.ts'
import { METRIC_LEASE_DURATION } from './telemetry/names.generated.ts'
import { CleanupDurations } from './telemetry/cleanup-durations.ts'

/** How many empty lists a group keeps, for thresholds that come again. */
const KEPT_LISTS = 8

/**
 * All leases of one kind and one name in one registry: their counts, live lists and durations. Plain fields,
 * counted once where the thing happens; exported metrics only read them. At every moment
 * `acquired = live + releasing + success + failure + timeout + abandoned + forced`.
 */
export class LeaseGroup implements Record<CleanupOutcome, number> {
  readonly kind: string
  readonly name: string
  /** Whether it is in the exported metrics. */
  readonly isExported: boolean
  acquired: number = 0
  live: number = 0
  releasing: number = 0
  success: number = 0
  failure: number = 0
  timeout: number = 0
  abandoned: number = 0
  forced: number = 0
  /** Of the forced ones: those that a drain forced. */
  forcedByDrain: number = 0
  /** Timed out, out of grace, not forced, and still not settled. */
  quarantined: number = 0
  /** Settled after their outcome was counted. */
  lateSettled: number = 0
  doubleReleases: number = 0
  readonly held: HotHistogram = new HotHistogram(METRIC_LEASE_DURATION.boundaries)
  readonly cleanups: Record<CleanupStrategy, CleanupDurations> = {
    immediate: new CleanupDurations(),
    background: new CleanupDurations(),
    forced: new CleanupDurations(),
  }
  /** Those that hold leases, and a few empty ones: a list is forgotten when it empties, not before. */
  readonly #lists: Set<LeaseList> = new Set()
  readonly #byThreshold: Map<number, LeaseList> = new Map()
  readonly #defaults: Map<number, LeaseList> = new Map()
  readonly #threshold: DefaultThreshold

  /** @param threshold the registry's */
  constructor(
    kind: string,
    name: string,
    isExported: boolean = true,
    threshold: DefaultThreshold = new DefaultThreshold(),
  ) {
    this.kind = kind
    this.name = name
    this.isExported = isExported
    this.#threshold = threshold
  }

  get lists(): Iterable<LeaseList> {
    return this.#lists
  }

  /** @param isDefault whether that is the registry's threshold, and not the lease's own */
  listFor(thresholdMillis: number, isDefault: boolean): LeaseList {
    const known = (isDefault ? this.#defaults : this.#byThreshold).get(thresholdMillis)
    return known ?? this.adopt(new LeaseList(thresholdMillis, isDefault ? this.#threshold : undefined))
  }

  adopt(list: LeaseList): LeaseList {
    list.isKept = true
    this.#lists.add(list)
    this.#mapOf(list).set(list.askedMillis, list)
    return list
  }

  emptied(list: LeaseList): void {
    if (this.#lists.size > KEPT_LISTS) {
      this.#lists.delete(list)
      list.isKept = false
      // There may be another of its threshold, made while this one was forgotten before.
      const map = this.#mapOf(list)
      if (map.get(list.askedMillis) === list) map.delete(list.askedMillis)
    }
  }

  #mapOf({ isDefault }: LeaseList): Map<number, LeaseList> {
    return isDefault ? this.#defaults : this.#byThreshold
  }

  /** Marks what has become overdue by `now`; looks at no more than `budget` leases. */
  sweep(now: number, budget: number): number {
    for (const list of this.#lists) budget = list.sweep(now, budget)
    return budget
  }

  get overdue(): number {
    let overdue = 0
    for (const list of this.#lists) overdue += list.overdue
    return overdue
  }

  /** How long the oldest live lease has been held; 0 without any. */
  oldestMillis(now: number): number {
    let oldest = now
    for (const list of this.#lists) if (list.oldest !== undefined) oldest = Math.min(oldest, list.oldest.time)
    return now - oldest
  }

  /** Adds what another group of the same kind and name has counted; that one is not to be used any more. */
  absorb(other: LeaseGroup): void {
    for (const count of COUNTS) this[count] += other[count]
    this.held.merge(other.held)
    for (const strategy of STRATEGIES) {
      for (const [errorType, histogram] of other.cleanups[strategy].entries()) {
        this.cleanups[strategy].merge(errorType, histogram)
      }
    }
  }
}

const COUNTS = [
  'acquired',
  'live',
  'releasing',
  'success',
  'failure',
  'timeout',
  'abandoned',
  'forced',
  'forcedByDrain',
  'quarantined',
  'lateSettled',
  'doubleReleases',
] as const
