import type { LeaseRef } from '@leasehold/core'
import { placeOf, spoken, subject } from '../alert.ts'
import { KindNameMap } from '../kind-name-map.ts'
import { LeakSites, type LeakSite } from '../leak-sites.ts'
import type { Rule, RuleContext } from './rule.ts'

/** How many leases are followed until they are released; beyond, held-too-long takes over. */
const MAX_FOLLOWED = 10_000

/** Leases that were live when the request they were taken in had ended. Ends when they have been released. */
export class Outlived implements Rule {
  readonly #context: RuleContext
  readonly #groups: KindNameMap<LeakSites> = new KindNameMap((kind, name) => new LeakSites(kind, name))
  readonly #leaking: Set<LeakSite> = new Set()
  readonly #followed: Map<LeaseRef, LeakSite> = new Map()

  constructor(context: RuleContext) {
    this.#context = context
  }

  outlived(lease: LeaseRef): void {
    if (this.#followed.has(lease)) return
    const site = this.#groups.of(lease.kind, lease.name).of(lease)
    this.#context.news.leak('outlived', lease)
    if (this.#followed.size >= MAX_FOLLOWED) return
    site.add(lease)
    this.#leaking.add(site)
    this.#followed.set(lease, site)
  }

  evaluate(now: number): void {
    for (const [lease, site] of this.#followed) {
      if (lease.isLive) continue
      this.#followed.delete(lease)
      site.count--
      // Overdue as well, it is told by that rule; and abandoned is not given back.
      const { state } = this.#context.watch.info(lease)
      if (state !== 'abandoned' && lease.heldMillis(now) < lease.leakThresholdMillis)
        this.#context.news.unleaked(lease)
    }
    for (const site of this.#leaking) {
      this.#observe(now, site)
      if (site.count > 0) continue
      site.clear()
      this.#leaking.delete(site)
    }
  }

  #observe(now: number, { kind, name, key, count, stack, first, traces: all }: LeakSite): void {
    const what = subject(kind, name)
    const traces = [...all]
    this.#context.book.observe(
      now,
      { rule: 'outlived', kind, name, site: key },
      {
        level: count > 0 ? 1 : 0,
        clearAfterMillis: 0,
        count,
        severity: () => 'warn',
        describe: state => {
          if (state === 'resolved')
            return { text: `${what}: nothing that outlived its request is live any more`, stack, traces }
          const held = first === undefined ? 0 : first.heldMillis(this.#context.watch.clock.now())
          const place = stack === undefined ? '' : `, taken at ${placeOf(stack)}`
          const leases =
            count === 1 ? 'lease has outlived its request' : 'leases have outlived their requests'
          return { text: `${what}: ${count} ${leases}, held for ${spoken(held)}${place}`, stack, traces }
        },
      },
    )
  }
}
