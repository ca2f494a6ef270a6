import { subject } from '../alert.ts'
import type { Rule, RuleContext } from './rule.ts'

/** What a pool has, and what it lends. */
const RESOURCE = 'pool.resource'
const LOAN = 'pool.loan'

interface Counts {
  readonly kind: string
  readonly name: string
  quarantined: number
  live: number
  abandoned: number
}

const WARNING = 1
const CRITICAL = 2

/**
 * Cleanups that were given up and still have not settled: what they hold may be open. Worse where at least half of a pool
 * is lost, by hung destroys and by loans that were dropped.
 */
export class Quarantine implements Rule {
  readonly #context: RuleContext
  /** How many loans of a pool had been dropped when it held nothing any more: those were another's, before a drain. */
  readonly #writtenOff: Map<string, number> = new Map()

  constructor(context: RuleContext) {
    this.#context = context
  }

  evaluate(now: number): void {
    const all = this.#counts()
    for (const counts of all.values()) {
      const { kind, name, live, quarantined } = counts
      const lost = quarantined + (kind === RESOURCE ? this.#dropped(name, live, all) : 0)
      const isHalfLost = kind === RESOURCE && live > 0 && lost > 0 && lost >= (live + quarantined) / 2
      const level = isHalfLost ? CRITICAL : quarantined > 0 ? WARNING : 0
      this.#observe(now, counts, level, Math.max(quarantined, isHalfLost ? lost : 0))
    }
  }

  #dropped(name: string, live: number, all: ReadonlyMap<string, Counts>): number {
    const abandoned = all.get(`${LOAN}\n${name}`)?.abandoned ?? 0
    if (live === 0) this.#writtenOff.set(name, abandoned)
    return abandoned - (this.#writtenOff.get(name) ?? 0)
  }

  #counts(): Map<string, Counts> {
    const all = new Map<string, Counts>()
    for (const { kind, name, quarantined, live, abandoned } of this.#context.watch.groups()) {
      const key = `${kind}\n${name}`
      let counts = all.get(key)
      if (counts === undefined) all.set(key, (counts = { kind, name, quarantined: 0, live: 0, abandoned: 0 }))
      counts.quarantined += quarantined
      counts.live += live
      counts.abandoned += abandoned
    }
    return all
  }

  #observe(now: number, { kind, name, live }: Counts, level: number, count: number): void {
    const what = subject(kind, name)
    const health = this.#context.healths.of(kind, name)
    this.#context.book.observe(
      now,
      { rule: 'quarantine', kind, name },
      {
        level,
        clearAfterMillis: 0,
        count,
        severity: reached => (reached === CRITICAL ? 'error' : 'warn'),
        describe: state => ({
          text:
            state === 'resolved'
              ? `${what}: nothing is quarantined any more`
              : level === CRITICAL
                ? `${what}: half of the pool is lost: ${count} by hung destroys and dropped loans, ${live} are live`
                : `${what}: ${count} ${count === 1 ? 'cleanup hangs' : 'cleanups hang'}; what they hold may still be open`,
          stack: health?.stack,
          traces: health === undefined ? [] : [...health.traces],
        }),
      },
    )
  }
}
