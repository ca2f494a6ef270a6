import type { LeaseRef } from '@leasehold/core'
import { placeOf, spoken, subject } from '../alert.ts'
import type { Finding } from '../alert-book.ts'
import { KindNameMap } from '../kind-name-map.ts'
import { LeakSites, type LeakSite } from '../leak-sites.ts'
import type { Rule, RuleContext } from './rule.ts'

/** After a group's first leak: how many of its next leases have their stacks taken. */
const STACKS_AFTER_LEAK = 1_000

/** Leases that are live for longer than their leak threshold. Ends when there is none any more. */
export class HeldTooLong implements Rule {
  readonly #context: RuleContext
  readonly #groups: KindNameMap<LeakSites> = new KindNameMap((kind, name) => new LeakSites(kind, name))
  /** Those that leak, or did when last looked at. */
  readonly #leaking: Set<LeakSite> = new Set()
  /** Whose stacks are not taken yet. */
  readonly #unsampled: Set<LeakSite> = new Set()

  constructor(context: RuleContext) {
    this.#context = context
  }

  overdue(lease: LeaseRef): void {
    const { kind, name } = lease
    const isFirst = this.#groups.peek(kind, name) === undefined
    const site = this.#groups.of(kind, name).of(lease)
    site.add(lease)
    this.#leaking.add(site)
    if (isFirst) this.#unsampled.add(site)
    this.#context.news.leak('overdue', lease)
  }

  unleaked(lease: LeaseRef): void {
    const site = this.#groups.of(lease.kind, lease.name).of(lease)
    if (site.count > 0) site.count--
    this.#context.news.unleaked(lease)
  }

  evaluate(now: number): void {
    this.#sampleStacks()
    for (const site of this.#leaking) {
      const { kind, name, key } = site
      this.#context.book.observe(now, { rule: 'held-too-long', kind, name, site: key }, this.#finding(site))
      if (site.count > 0) continue
      site.clear()
      this.#leaking.delete(site)
    }
  }

  #sampleStacks(): void {
    if (this.#unsampled.size === 0) return
    const { watch } = this.#context
    for (const group of watch.groups()) {
      for (const { kind, name } of this.#unsampled) {
        if (group.kind === kind && group.name === name) watch.sampleStacks(group, STACKS_AFTER_LEAK)
      }
    }
    this.#unsampled.clear()
  }

  #finding(site: LeakSite): Finding {
    const { count, stack } = site
    const traces = [...site.traces]
    const { first } = site
    return {
      level: count > 0 ? 1 : 0,
      clearAfterMillis: 0,
      count,
      severity: () => 'warn',
      describe: state => {
        const what = subject(site.kind, site.name)
        if (state === 'resolved') return { text: `${what}: nothing is held too long any more`, stack, traces }
        const held = this.#heldMillis(site, first)
        const place = stack === undefined ? '' : `, taken at ${placeOf(stack)}`
        const [leases, oldest] = count === 1 ? ['lease', ''] : ['leases', ', the oldest']
        return {
          text: `${what}: ${count} ${leases} held too long${oldest} for ${spoken(held)}${place}`,
          stack,
          traces,
        }
      },
    }
  }

  #heldMillis({ kind, name }: LeakSite, first: LeaseRef | undefined): number {
    const { watch } = this.#context
    if (first?.isLive === true) return first.heldMillis(watch.clock.now())
    let oldest = 0
    for (const group of watch.groups()) {
      if (group.kind === kind && group.name === name)
        oldest = Math.max(oldest, watch.oldestOverdueMillis(group))
    }
    return oldest
  }
}
