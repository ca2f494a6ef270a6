import type { MemoryPressureMonitor } from '@leasehold/core'
import { Abandoned } from './rules/abandoned.ts'
import { CleanupSuccess } from './rules/cleanup-success.ts'
import { ConsecutiveFailures } from './rules/consecutive-failures.ts'
import { Growth } from './rules/growth.ts'
import { HeldTooLong } from './rules/held-too-long.ts'
import { MemoryPressure } from './rules/memory-pressure.ts'
import { Outlived } from './rules/outlived.ts'
import { Quarantine } from './rules/quarantine.ts'
import type { Rule, RuleContext } from './rules/rule.ts'

/** How often the rates are looked at where nothing fails. */
const PERIOD_MILLIS = 5_000

/** All rules of one detector, and when each is looked at. */
export class DetectorRules implements Disposable {
  readonly heldTooLong: HeldTooLong
  readonly outlived: Outlived
  readonly abandoned: Abandoned
  readonly growth: Growth
  readonly #memoryPressure: MemoryPressure
  readonly #context: RuleContext
  readonly #eachSecond: readonly Rule[]
  readonly #eachPeriod: readonly Rule[]
  #nextAt: number

  constructor(context: RuleContext, pressure: MemoryPressureMonitor | false) {
    this.#context = context
    this.heldTooLong = new HeldTooLong(context)
    this.outlived = new Outlived(context)
    this.abandoned = new Abandoned(context)
    this.growth = new Growth(context)
    this.#memoryPressure = new MemoryPressure(context, pressure)
    this.#eachSecond = [this.heldTooLong, this.outlived, this.abandoned]
    this.#eachPeriod = [
      new CleanupSuccess(context),
      new ConsecutiveFailures(context),
      new Quarantine(context),
      this.growth,
      this.#memoryPressure,
    ]
    this.#nextAt = periodAfter(context.watch.clock.now())
  }

  [Symbol.dispose](): void {
    this.#memoryPressure[Symbol.dispose]()
  }

  evaluate(now: number): void {
    for (const rule of this.#eachSecond) rule.evaluate(now)
    const { healths } = this.#context
    if (!healths.hasFailed && now < this.#nextAt) return
    this.#nextAt = periodAfter(now)
    healths.hasFailed = false
    healths.read(now)
    for (const rule of this.#eachPeriod) rule.evaluate(now)
  }
}

/** At the same moments as the windows' buckets end. */
function periodAfter(now: number): number {
  return (Math.floor(now / PERIOD_MILLIS) + 1) * PERIOD_MILLIS
}
