import { subject, type AlertSeverity } from '../alert.ts'
import type { CleanupHealth } from '../cleanup-health.ts'
import type { CleanupThresholds } from '../detector-options.ts'
import type { WindowCounts } from '../success-windows.ts'
import { wilson, Z_ALERT } from '../wilson.ts'
import type { Rule, RuleContext } from './rule.ts'

const PENDING_MILLIS = 30_000
export const CLEAR_AFTER_MILLIS: number = 15 * 60_000

/** From good to bad. */
const TARGET_MISSED = 1
const EARLY_WARNING = 2
const WARNING = 3
const CRITICAL = 4

const SEVERITIES: readonly AlertSeverity[] = ['info', 'info', 'warn', 'warn', 'error']

/**
 * How bad the cleanups of two windows are; the early warning apart, as that must last. All but the early warning are sure:
 * even the upper Wilson bound of the rate is below the threshold. With the long window alone nothing is begun unless
 * something has failed just now: what is over would be told again and again until the hour has forgotten it.
 */
function cleanupLevel(
  short: WindowCounts,
  long: WindowCounts,
  hasRecentFailure: boolean,
  limits: CleanupThresholds,
): { readonly sure: number; readonly isEarlyWarning: boolean } {
  const isEarlyWarning =
    isBelow(short, limits.warnBelow) || (hasRecentFailure && isBelow(long, limits.warnBelow))
  if (isSurelyBelow(short, limits.errorBelow)) return { sure: CRITICAL, isEarlyWarning }
  if (isSurelyBelow(short, limits.warnBelow) || (hasRecentFailure && isSurelyBelow(long, limits.warnBelow))) {
    return { sure: WARNING, isEarlyWarning }
  }
  const isMissed = hasRecentFailure && isSurelyBelow(long, limits.target)
  return { sure: isMissed ? TARGET_MISSED : 0, isEarlyWarning }
}

/** Whether the last 5 minutes were good enough for an alert to end: half way from the warning to perfect, or nothing. */
export function isCalm(short: WindowCounts, { warnBelow }: CleanupThresholds): boolean {
  return rateOf(short) >= 1 - (1 - warnBelow) / 2
}

export function rateOf({ succeeded, failed }: WindowCounts): number {
  return succeeded + failed === 0 ? 1 : succeeded / (succeeded + failed)
}

function isBelow(counts: WindowCounts, threshold: number): boolean {
  return counts.succeeded + counts.failed >= 100 && counts.failed >= 3 && rateOf(counts) < threshold
}

function isSurelyBelow({ succeeded, failed }: WindowCounts, threshold: number): boolean {
  return failed >= 5 && wilson(succeeded, succeeded + failed, Z_ALERT).upper < threshold
}

/** The share of cleanups that succeed is below what it should be, of one kind and name or of all. */
export class CleanupSuccess implements Rule {
  readonly #context: RuleContext
  /** Since when the early warning's condition holds. */
  readonly #warningSince: Map<CleanupHealth, number> = new Map()
  /** How many had failed when the alert's count began. */
  readonly #countedFrom: Map<CleanupHealth, number> = new Map()

  constructor(context: RuleContext) {
    this.#context = context
  }

  evaluate(now: number): void {
    const { cleanup } = this.#context.settings()
    if (cleanup === false) return
    for (const health of this.#context.healths.all()) {
      if (health.failed > 0) this.#evaluate(now, health, cleanup)
    }
  }

  #evaluate(now: number, health: CleanupHealth, limits: CleanupThresholds): void {
    const { kind, name, windows } = health
    const { short, long } = windows
    const { sure, isEarlyWarning } = cleanupLevel(short, long, health.hasRecentFailure(now), limits)
    if (!isEarlyWarning) this.#warningSince.delete(health)
    else if (!this.#warningSince.has(health)) this.#warningSince.set(health, now)
    const since = this.#warningSince.get(health)
    const lasts = since !== undefined && now - since >= PENDING_MILLIS
    const level = Math.max(sure, lasts ? EARLY_WARNING : 0)
    const { book } = this.#context
    if (!book.isFiring('cleanup-success', kind, name))
      this.#countedFrom.set(health, health.failed - long.failed)
    const count = health.failed - this.#countedFrom.get(health)!
    book.observe(
      now,
      { rule: 'cleanup-success', kind, name },
      {
        level,
        isPending: isEarlyWarning,
        isCalm: isCalm(short, limits),
        clearAfterMillis: CLEAR_AFTER_MILLIS,
        count,
        severity: reached => SEVERITIES[reached]!,
        confident: reached => reached !== EARLY_WARNING,
        describe: state => ({
          text: textOf(health, state, count, limits),
          stack: health.stack,
          traces: [...health.traces],
        }),
      },
    )
  }
}

function textOf(
  { kind, name, windows: { short, long }, error }: CleanupHealth,
  state: 'firing' | 'resolved',
  count: number,
  limits: CleanupThresholds,
): string {
  const what = subject(kind, name)
  const [last5, last60] = [percent(short), percent(long)]
  if (state === 'resolved') return `${what}: cleanups succeed again, ${last5} in the last 5 min`
  const why = error === undefined ? '' : `; the last one: ${error}`
  const target = `${100 * limits.target} % are the target`
  return `${what}: ${count} cleanups failed, ${last5} succeeded in the last 5 min and ${last60} in the last 60 min (${target})${why}`
}

function percent(counts: WindowCounts): string {
  // Downwards: 99.996 % is not 100.
  return `${Math.floor(rateOf(counts) * 10_000) / 100} %`
}
