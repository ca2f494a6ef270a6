import { OTHER } from '../group-limit.ts'
import { HotHistogram } from '../hot-histogram.ts'
import { METRIC_CLEANUP_DURATION } from './names.generated.ts'

/** How many values of `error.type` a group tells apart; the rest are `_OTHER`, as the convention has it. */
const MAX_ERROR_TYPES = 16

/** Durations of one group's cleanups by one strategy: the successful ones, and the failed by `error.type`. */
export class CleanupDurations {
  #successes: HotHistogram | undefined
  #failures: Map<string, HotHistogram> | undefined

  /**
   * @param errorType undefined for a success
   * @returns as what it was counted
   */
  record(seconds: number, errorType: string | undefined): string | undefined {
    const counted = this.#countedAs(errorType)
    this.#of(counted).record(seconds)
    return counted
  }

  merge(errorType: string | undefined, histogram: HotHistogram): void {
    this.#of(this.#countedAs(errorType)).merge(histogram)
  }

  *entries(): Generator<[errorType: string | undefined, histogram: HotHistogram]> {
    if (this.#successes !== undefined) yield [undefined, this.#successes]
    if (this.#failures !== undefined) yield* this.#failures
  }

  #of(errorType: string | undefined): HotHistogram {
    if (errorType === undefined) return (this.#successes ??= newHistogram())
    const failures = (this.#failures ??= new Map())
    let histogram = failures.get(errorType)
    if (histogram === undefined) failures.set(errorType, (histogram = newHistogram()))
    return histogram
  }

  #countedAs(errorType: string | undefined): string | undefined {
    const failures = this.#failures
    if (errorType === undefined || failures === undefined || failures.has(errorType)) return errorType
    return failures.size < MAX_ERROR_TYPES ? errorType : OTHER
  }
}

function newHistogram(): HotHistogram {
  return new HotHistogram(METRIC_CLEANUP_DURATION.boundaries)
}
