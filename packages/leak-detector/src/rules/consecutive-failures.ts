import { subject } from '../alert.ts'
import type { CleanupHealth } from '../cleanup-health.ts'
import { CLEAR_AFTER_MILLIS, isCalm } from './cleanup-success.ts'
import type { Rule, RuleContext } from './rule.ts'

const IN_A_ROW = 20

/**
 * Twenty cleanups of one kind and name failed without one success in between, the last of them within five minutes: few
 * cleanups, but none of them works.
 */
export class ConsecutiveFailures implements Rule {
  readonly #context: RuleContext
  /** How many there were when last there were so many. */
  readonly #counts: Map<CleanupHealth, number> = new Map()

  constructor(context: RuleContext) {
    this.#context = context
  }

  evaluate(now: number): void {
    const { healths, settings } = this.#context
    const { cleanup } = settings()
    if (cleanup === false) return
    for (const health of healths.all()) {
      if (health === healths.total || health.failed === 0) continue
      this.#observe(now, health, isCalm(health.windows.short, cleanup))
    }
  }

  #observe(now: number, health: CleanupHealth, isCalmNow: boolean): void {
    const { kind, name, failuresInARow, error, stack } = health
    const isBad = failuresInARow >= IN_A_ROW && health.hasRecentFailure(now)
    if (isBad) this.#counts.set(health, failuresInARow)
    const count = this.#counts.get(health) ?? 0
    const what = subject(kind, name)
    this.#context.book.observe(
      now,
      { rule: 'consecutive-failures', kind, name },
      {
        level: isBad ? 1 : 0,
        isCalm: !isBad && isCalmNow,
        clearAfterMillis: CLEAR_AFTER_MILLIS,
        count,
        severity: () => 'error',
        describe: state => ({
          text:
            state === 'resolved'
              ? `${what}: no longer does every cleanup fail`
              : `${what}: the last ${count} cleanups have all failed${error === undefined ? '' : `; the last one: ${error}`}`,
          stack,
          traces: [...health.traces],
        }),
      },
    )
  }
}
