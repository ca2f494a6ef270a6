import type { LeaseRef } from '@leasehold/core'
import { placeOf, subject } from '../alert.ts'
import { KindNameMap } from '../kind-name-map.ts'
import { LeakSites, type LeakSite } from '../leak-sites.ts'
import type { Rule, RuleContext } from './rule.ts'

const CLEAR_AFTER_MILLIS = 15 * 60_000

/**
 * Leases whose handle was garbage-collected without a release. Only a sample is watched for that: each one found stands
 * for as many as the sampling says. Ends when none was found for 15 minutes.
 */
export class Abandoned implements Rule {
  readonly #context: RuleContext
  readonly #groups: KindNameMap<LeakSites> = new KindNameMap((kind, name) => new LeakSites(kind, name))
  readonly #foundAt: Map<LeakSite, number> = new Map()

  constructor(context: RuleContext) {
    this.#context = context
  }

  abandoned(lease: LeaseRef): void {
    const site = this.#groups.of(lease.kind, lease.name).of(lease)
    site.add(lease)
    this.#foundAt.set(site, this.#context.watch.clock.now())
    this.#context.news.leak('abandoned', lease)
  }

  evaluate(now: number): void {
    for (const [site, foundAt] of this.#foundAt) {
      this.#observe(now, site)
      if (now - foundAt < CLEAR_AFTER_MILLIS) continue
      site.clear()
      this.#foundAt.delete(site)
    }
  }

  #observe(now: number, site: LeakSite): void {
    const { kind, name, key, count: found, stack } = site
    const what = subject(kind, name)
    const traces = [...site.traces]
    const every = this.#context.watch.gcSampling || 1
    const count = found * every
    this.#context.book.observe(
      now,
      { rule: 'abandoned', kind, name, site: key },
      {
        level: now - this.#foundAt.get(site)! < CLEAR_AFTER_MILLIS ? 1 : 0,
        clearAfterMillis: 0,
        count,
        severity: () => 'warn',
        confident: () => true,
        describe: state => {
          if (state === 'resolved')
            return { text: `${what}: none was dropped unreleased for 15 minutes`, stack, traces }
          const place = stack === undefined ? '' : `, taken at ${placeOf(stack)}`
          const leases = found === 1 ? 'lease was' : 'leases were'
          const estimate = every === 1 ? '' : ` (1 in ${every} is watched: some ${count} in all)`
          return {
            text: `${what}: ${found} ${leases} garbage-collected unreleased${estimate}${place}`,
            stack,
            traces,
          }
        },
      },
    )
  }
}
