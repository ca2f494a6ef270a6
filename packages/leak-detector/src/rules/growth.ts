import type { HotHistogram, WatchedGroup } from '@leasehold/core'
import { spoken, subject } from '../alert.ts'
import { KindNameMap } from '../kind-name-map.ts'
import { mannKendallZ } from '../mann-kendall.ts'
import { Z_ALERT } from '../wilson.ts'
import type { Rule, RuleContext } from './rule.ts'

const SAMPLES = 30
const SAMPLE_MILLIS = 60_000
const MIN_GROWTH = 5
const CLEAR_AFTER_MILLIS = 15 * 60_000
const TIMES_P99 = 10

class Cohort {
  readonly kind: string
  readonly name: string
  /** How many old leases there were, minute by minute. */
  readonly samples: number[] = []
  /** Beyond which age a lease is old. It only rises: if it fell, the cohort would grow by that alone. */
  oldMillis: number = 0
  isFiring: boolean = false

  constructor(kind: string, name: string) {
    this.kind = kind
    this.name = name
  }
}

/**
 * Old leases become more and more. Not the live ones: those follow the load. Old is what is held ten times as long as
 * 99 % are, and longer than its leak threshold.
 */
export class Growth implements Rule {
  readonly #context: RuleContext
  readonly #cohorts: KindNameMap<Cohort> = new KindNameMap((kind, name) => new Cohort(kind, name))
  #nextAt: number

  constructor(context: RuleContext) {
    this.#context = context
    this.#nextAt = context.watch.clock.now() + SAMPLE_MILLIS
  }

  /** For the sweep: the age from which a group's leases are old. */
  readonly oldMillis = (group: WatchedGroup): number => this.#cohorts.of(group.kind, group.name).oldMillis

  /** The threshold has changed, and with it how many are old: that is no growth. */
  restart(): void {
    for (const cohort of this.#cohorts.values()) cohort.samples.length = 0
  }

  evaluate(now: number): void {
    if (now < this.#nextAt) return
    this.#nextAt = Math.max(this.#nextAt + SAMPLE_MILLIS, now)
    if (!this.#context.settings().growth) return
    const old = new Map<Cohort, number>()
    for (const group of this.#context.watch.groups()) {
      const cohort = this.#cohorts.of(group.kind, group.name)
      old.set(cohort, (old.get(cohort) ?? 0) + this.#context.watch.old(group))
      cohort.oldMillis = Math.max(cohort.oldMillis, TIMES_P99 * 1_000 * percentile99(group.held))
    }
    for (const [cohort, count] of old) this.#observe(now, cohort, count)
  }

  #observe(now: number, cohort: Cohort, count: number): void {
    const { kind, name, samples, oldMillis } = cohort
    samples.push(count)
    if (samples.length > SAMPLES) samples.shift()
    const growth = count - samples[0]!
    const isGrowing = samples.length === SAMPLES && growth >= MIN_GROWTH && mannKendallZ(samples) > Z_ALERT
    if (isGrowing && !cohort.isFiring) this.#context.news.grown(kind, name, growth)
    const what = subject(kind, name)
    this.#context.book.observe(
      now,
      { rule: 'growth', kind, name },
      {
        level: isGrowing ? 1 : 0,
        clearAfterMillis: CLEAR_AFTER_MILLIS,
        count: Math.max(0, growth),
        severity: () => 'warn',
        describe: state => ({
          text:
            state === 'resolved'
              ? `${what}: the number of old leases grows no more`
              : `${what}: ${growth} more old leases than ${SAMPLES} min ago, ${count} in all, old being ${oldText(oldMillis)}`,
        }),
      },
    )
    cohort.isFiring = this.#context.book.isFiring('growth', kind, name)
  }
}

function oldText(oldMillis: number): string {
  const threshold = 'longer than the leak threshold'
  return oldMillis === 0 ? threshold : `${threshold} and than ${spoken(oldMillis)}`
}

/** In seconds, rounded up to a bucket's bound; above all bounds, the longest. */
function percentile99(histogram: HotHistogram): number {
  const { counts, count, max } = histogram.snapshot()
  if (count === 0) return 0
  let below = 0
  for (const [bucket, inBucket] of counts.entries()) {
    below += inBucket
    if (below >= 0.99 * count) return Math.min(max, histogram.boundaries[bucket] ?? max)
  }
  return max
}
