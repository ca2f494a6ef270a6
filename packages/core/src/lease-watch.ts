import type { Clock } from './clock.ts'
import type { HotHistogram } from './hot-histogram.ts'
import { leaseInfo, type LeaseInfo } from './lease-info.ts'
import type { CleanupOutcome, LeaseRef } from './lease.ts'
import type { LeaseGroup } from './lease-group.ts'
import type { LeaseList } from './lease-list.ts'
import type { LeaseRecord } from './lease-record.ts'
import { ListWatch } from './list-watch.ts'
import { WATCH } from './registry-internals.ts'
import type { ResourceRegistry } from './registry.ts'
import type { SamplingOptions } from './registry-options.ts'

/**
 * Told of what goes wrong with leases, amid the accounting: its functions must be quick, and neither throw nor call
 * the program. What goes right is told to nobody: it can be counted, see {@link LeaseWatch.groups}.
 */
export interface LeaseWatcher {
  /** It has been held for longer than its leak threshold, as of a {@link LeaseWatch.sweep}. Once a lease. */
  overdue(lease: LeaseRef): void
  /**
   * One that was told as overdue is being released after all, was found abandoned, or is within its threshold again, as
   * that was raised.
   */
  unleaked(lease: LeaseRef): void
  /** Its outcome is a failure: also `forced` where a drain did that. Already counted. */
  failed(lease: LeaseRef, outcome: CleanupOutcome, error: unknown): void
}

/** The counts of one kind and name, as they are now. Groups that are not exported are apart from those that are. */
export interface WatchedGroup extends Readonly<Record<CleanupOutcome, number>> {
  readonly kind: string
  readonly name: string
  readonly acquired: number
  readonly live: number
  readonly releasing: number
  readonly overdue: number
  readonly quarantined: number
  /** Of `forced`: by a drain, which is a failure; the others were asked for. */
  readonly forcedByDrain: number
  /** How long its leases were held that have ended. */
  readonly held: HotHistogram
}

export interface WatchOptions {
  /** In force while watched, where it takes more samples than the registry's own. */
  sampling: SamplingOptions
  /** In force instead of the registry's own while it is watched, also for live leases. Default: the registry's own. */
  leakThresholdMillis?: number | false | undefined
}

/** A registry's side of a leak detector. It ends when disposed of. */
export interface LeaseWatch extends Disposable {
  /** The registry's. */
  readonly clock: Clock
  /** The number of the lease tracked last. */
  readonly lastId: number
  /** Of how many leases one is watched for garbage collection; false: none. */
  readonly gcSampling: number | false
  groups(): Iterable<WatchedGroup>
  /**
   * Tells what has become overdue and counts what is of old age, looking at `budget` leases at most.
   *
   * @param oldMillis the age of a group's old ones; only overdue leases are ever old
   * @returns whether there is nothing left to do
   */
  sweep(budget: number, oldMillis: (group: WatchedGroup) => number): boolean
  /** How many of the group's leases were of old age at the last sweep and are still live. */
  old(group: WatchedGroup): number
  /** How long the oldest overdue lease of the group has been held; 0 without any. */
  oldestOverdueMillis(group: WatchedGroup): number
  /**
   * The live leases of the group with numbers above `sinceId`, in several runs, in each the newest first.
   *
   * @param begin called before each run
   */
  visitLive(group: WatchedGroup, sinceId: number, visit: (lease: LeaseRef) => void, begin?: () => void): void
  info(lease: LeaseRef): LeaseInfo
  /** Takes the stacks of the group's next `count` leases. */
  sampleStacks(group: WatchedGroup, count: number): void
  /** Changes what {@link WatchOptions} said. */
  configure(options: WatchOptions): void
}

/**
 * Watches a registry's leases; one watch at a time.
 *
 * @returns undefined if the registry is watched already, or is of a copy of this package that cannot be
 */
export function watchLeases(
  registry: ResourceRegistry,
  watcher: LeaseWatcher,
  options: WatchOptions,
): LeaseWatch | undefined {
  return (registry as WatchedRegistry)[WATCH]?.(watcher, options)
}

type WatchedRegistry = ResourceRegistry & {
  [WATCH]?(watcher: LeaseWatcher, options: WatchOptions): LeaseWatch | undefined
}

/** What a watch needs of its registry. */
export interface WatchSource {
  readonly clock: Clock
  lastId(): number
  gcSampling(): number | false
  groups(): Iterable<LeaseGroup>
  sampleStacks(group: LeaseGroup, count: number): void
  configure(options: WatchOptions): void
  end(): void
}

export class OpenWatch implements LeaseWatch {
  readonly #source: WatchSource
  readonly #overdue: (record: LeaseRecord) => void
  readonly #unleaked: (record: LeaseRecord) => void
  #isOpen: boolean = true

  constructor(source: WatchSource, watcher: LeaseWatcher) {
    this.#source = source
    this.#overdue = record => watcher.overdue(record)
    this.#unleaked = record => {
      if (this.#isOpen) watcher.unleaked(record)
    }
  }

  get clock(): Clock {
    return this.#source.clock
  }

  get lastId(): number {
    return this.#source.lastId()
  }

  get gcSampling(): number | false {
    return this.#source.gcSampling()
  }

  groups(): Iterable<LeaseGroup> {
    return this.#source.groups()
  }

  sweep(budget: number, oldMillis: (group: WatchedGroup) => number): boolean {
    const now = this.clock.now()
    for (const group of this.#source.groups()) {
      const age = oldMillis(group)
      for (const list of group.lists) {
        budget = list.sweep(now, budget)
        const watch = this.#watchOf(list)
        budget = watch.tell(list, budget, this.#overdue)
        budget = watch.countOld(list, now, age, budget)
        if (budget === 0) return false
      }
    }
    return true
  }

  old(group: WatchedGroup): number {
    let old = 0
    for (const list of (group as LeaseGroup).lists) old += this.#watchOf(list).old
    return old
  }

  oldestOverdueMillis(group: WatchedGroup): number {
    const now = this.clock.now()
    let oldest = now
    for (const { overdue, oldest: record } of (group as LeaseGroup).lists) {
      if (overdue > 0 && record !== undefined) oldest = Math.min(oldest, record.time)
    }
    return now - oldest
  }

  visitLive(
    group: WatchedGroup,
    sinceId: number,
    visit: (lease: LeaseRef) => void,
    begin?: () => void,
  ): void {
    for (const list of (group as LeaseGroup).lists) {
      begin?.()
      for (let record = list.newest; record !== undefined && record.id > sinceId; record = record.prev) {
        visit(record)
      }
    }
  }

  info(lease: LeaseRef): LeaseInfo {
    return leaseInfo(lease as LeaseRecord, this.clock.now())
  }

  sampleStacks(group: WatchedGroup, count: number): void {
    this.#source.sampleStacks(group as LeaseGroup, count)
  }

  configure(options: WatchOptions): void {
    if (this.#isOpen) this.#source.configure(options)
  }

  [Symbol.dispose](): void {
    if (!this.#isOpen) return
    this.#isOpen = false
    for (const group of this.#source.groups()) for (const list of group.lists) list.watch = undefined
    this.#source.end()
  }

  #watchOf(list: LeaseList): ListWatch {
    if (list.watch?.owner !== this) list.watch = new ListWatch(this, this.#unleaked)
    return list.watch
  }
}
