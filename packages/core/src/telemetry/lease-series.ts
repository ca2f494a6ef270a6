import { HotHistogram } from '../hot-histogram.ts'
import { countedAs as limitedTo, type KindAndName } from '../group-limit.ts'
import { LeaseGroup } from '../lease-group.ts'
import { OUTCOMES, STRATEGIES, type CleanupOutcome, type CleanupStrategy } from '../lease.ts'
import type { GroupSource } from './telemetry-hub.ts'

/** How many leases one reading looks at to find new overdue ones: some 3 ms. The next goes on from there. */
const SWEEP_BUDGET = 100_000

/** The figures of one kind and name, over all registries of the process. */
export class SeriesTotals implements Record<CleanupOutcome, number> {
  readonly kind: string
  readonly name: string
  acquired: number = 0
  live: number = 0
  overdue: number = 0
  quarantined: number = 0
  oldestMillis: number = 0
  success: number = 0
  failure: number = 0
  timeout: number = 0
  abandoned: number = 0
  forced: number = 0
  held: HotHistogram | undefined
  /** Keyed by strategy and `error.type`. */
  readonly cleanups: Map<string, CleanupTotals> = new Map()

  constructor(kind: string, name: string) {
    this.kind = kind
    this.name = name
  }

  add(group: LeaseGroup, now: number): void {
    this.acquired += group.acquired
    this.live += group.live
    this.overdue += group.overdue
    this.quarantined += group.quarantined
    this.oldestMillis = Math.max(this.oldestMillis, group.oldestMillis(now))
    for (const outcome of OUTCOMES) this[outcome] += group[outcome]
  }

  addDurations(group: LeaseGroup): void {
    this.held = merged(this.held, group.held)
    for (const strategy of STRATEGIES) {
      for (const [errorType, histogram] of group.cleanups[strategy].entries()) {
        const key = `${strategy}\n${errorType ?? ''}`
        const sum = merged(this.cleanups.get(key)?.histogram, histogram)
        this.cleanups.set(key, { strategy, errorType, histogram: sum })
      }
    }
  }
}

export interface CleanupTotals {
  readonly strategy: CleanupStrategy
  readonly errorType: string | undefined
  readonly histogram: HotHistogram
}

/**
 * All registries' groups, summed by kind and name: two of a name are one series. When a registry is
 * garbage-collected its groups stay, as a counter that fell would be a lie; they are few and small.
 */
export class LeaseSeries {
  readonly #sources: Set<GroupSource> = new Set()
  readonly #retired: LeaseGroup[] = []
  /** The names that have a series, by kind. */
  readonly #names: Map<string, Set<string>> = new Map()
  #size: number = 0
  readonly #collected: FinalizationRegistry<GroupSource> = new FinalizationRegistry(source =>
    this.#retire(source),
  )

  add(owner: object, source: GroupSource): void {
    this.#sources.add(source)
    this.#collected.register(owner, source)
  }

  /** Counts and gauges, swept for overdue leases first. */
  totals(): SeriesTotals[] {
    return this.#sum((totals, group, now) => {
      totals.add(group, now)
    }, true)
  }

  durations(): SeriesTotals[] {
    return this.#sum((totals, group) => totals.addDurations(group), false)
  }

  #sum(add: (totals: SeriesTotals, group: LeaseGroup, now: number) => void, sweep: boolean): SeriesTotals[] {
    const byKind = new Map<string, Map<string, SeriesTotals>>()
    let budget = SWEEP_BUDGET
    const take = (group: LeaseGroup, now: number): void => {
      const { kind, name } = this.countedAs(group)
      let byName = byKind.get(kind)
      if (byName === undefined) byKind.set(kind, (byName = new Map()))
      let totals = byName.get(name)
      if (totals === undefined) byName.set(name, (totals = new SeriesTotals(kind, name)))
      add(totals, group, now)
    }
    for (const source of this.#sources) {
      const now = source.clock.now()
      for (const group of source.groups) {
        if (sweep) budget = group.sweep(now, budget)
        take(group, now)
      }
    }
    for (const group of this.#retired) take(group, 0)
    return [...byKind.values()].flatMap(byName => [...byName.values()])
  }

  /** Of a collected registry: its groups hold no live lease, a live one would have kept it. */
  #retire(source: GroupSource): void {
    this.#sources.delete(source)
    for (const group of source.groups) {
      const { kind, name } = this.countedAs(group)
      let same = this.#retired.find(other => other.kind === kind && other.name === name)
      if (same === undefined) this.#retired.push((same = new LeaseGroup(kind, name)))
      same.absorb(group)
    }
  }

  /**
   * Where a group is counted. Who came first keeps its series for ever, and who came too late never gets one: a counter
   * that moved from one to the other would fall.
   */
  countedAs(asked: KindAndName): KindAndName {
    const names = this.#names.get(asked.kind)
    if (names?.has(asked.name) === true) return asked
    const counted = limitedTo(asked, this.#size, names)
    if (counted.kind !== asked.kind || counted.name !== asked.name) return this.countedAs(counted)
    this.#size++
    if (names === undefined) this.#names.set(asked.kind, new Set([asked.name]))
    else names.add(asked.name)
    return asked
  }
}

function merged(sum: HotHistogram | undefined, histogram: HotHistogram): HotHistogram {
  const result = sum ?? new HotHistogram(histogram.boundaries)
  result.merge(histogram)
  return result
}
