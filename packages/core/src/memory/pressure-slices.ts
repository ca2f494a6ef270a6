import { describeError } from '../foreign-value.ts'
import { inRootScope } from '../root-scope.ts'
import { warnOnce } from '../warning.ts'

/** How long all who give memory back may take between two turns of the loop. */
const BUDGET_MILLIS = 2
/** A loop that has not turned for so long is held up by the program itself, which may be filling memory all the while. */
const RENEWED_MILLIS = 10

/** Does a part of the work, until there is no more time. @returns whether there is more to do */
export type SlicedWork = (hasTime: () => boolean) => boolean

/** Work that is done bit by bit, so that the loop is not held up however many have some. */
export class PressureSlices {
  readonly #now: () => number
  readonly #nextTurn: (fn: () => void) => unknown
  #waiting: SlicedWork[] = []
  #leftMillis: number = BUDGET_MILLIS
  #renewedAt: number = -Infinity
  #isTurnAwaited: boolean = false
  #isRunning: boolean = false

  constructor(now: () => number, nextTurn: (fn: () => void) => unknown) {
    this.#now = now
    this.#nextTurn = nextTurn
  }

  /** Begins at once, if there is time left in this turn. Work that throws is reported once, and done with. */
  add(work: SlicedWork): void {
    this.#waiting.push(work)
    if (this.#now() - this.#renewedAt >= RENEWED_MILLIS) this.#renew()
    this.#run()
  }

  #renew(): void {
    this.#leftMillis = BUDGET_MILLIS
    this.#renewedAt = this.#now()
  }

  #run(): void {
    // What is given back may be a program's own, which may lead back here.
    if (this.#isRunning) return
    this.#isRunning = true
    const startedAt = this.#now()
    const hasTime = (): boolean => this.#now() - startedAt < this.#leftMillis
    let done = 0
    while (done < this.#waiting.length && hasTime()) {
      if (!isUnfinished(this.#waiting[done]!, hasTime)) done++
    }
    this.#waiting = this.#waiting.slice(done)
    this.#leftMillis -= this.#now() - startedAt
    this.#isRunning = false
    if (this.#isTurnAwaited) return
    this.#isTurnAwaited = true
    this.#nextTurn(() => {
      this.#isTurnAwaited = false
      this.#renew()
      if (this.#waiting.length > 0) this.#run()
    })
  }
}

function isUnfinished(work: SlicedWork, hasTime: () => boolean): boolean {
  try {
    return work(hasTime)
  } catch (error) {
    warnOnce('pressure:slices', `what gives memory back threw: ${describeError(error)}`)
    return false
  }
}

// Kept from load: a program's fake timers do not stop it.
const nextTurn = setImmediate
const slices = new PressureSlices(
  () => performance.now(),
  fn => inRootScope(() => nextTurn(fn)),
)

/**
 * Has `work` give memory back bit by bit: of all that was asked for so, two milliseconds' worth in each turn of the loop.
 * Begins at once.
 */
export function giveBackInSlices(work: SlicedWork): void {
  slices.add(work)
}
