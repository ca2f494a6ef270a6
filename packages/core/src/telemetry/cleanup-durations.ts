import { HotHistogram } from '../hot-histogram.ts'
import { METRIC_CLEANUP_DURATION } from './names.generated.ts'

/** How many values of `error.type` a group tells apart; the rest are `_OTHER`, as the convention has it. */
const MAX_ERROR_TYPES = 16
const OTHER = '_OTHER'

/** Durations of one group's cleanups by one strategy: the successful ones, and the failed by `error.type`. */
export class CleanupDurations {
  #successes: HotHistogram | undefined
  #failures: Map<string, HotHistogram> | undefined

  /** @param errorType undefined for a success */
  record(seconds: number, errorType: string | undefined): void {
    this.#of(errorType).record(seconds)
  }

  merge(errorType: string | undefined, histogram: HotHistogram): void {
    this.#of(errorType).merge(histogram)
  }

  *entries(): Generator<[errorType: string | undefined, histogram: HotHistogram]> {
    if (this.#successes !== undefined) yield [undefined, this.#successes]
    if (this.#failures !== undefined) yield* this.#failures
  }

  #of(errorType: string | undefined): HotHistogram {
    if (errorType === undefined) return (this.#successes ??= newHistogram())
    const failures = (this.#failures ??= new Map())
    const key = failures.has(errorType) || failures.size < MAX_ERROR_TYPES ? errorType : OTHER
    let histogram = failures.get(key)
    if (histogram === undefined) failures.set(key, (histogram = newHistogram()))
    return histogram
  }
}

function newHistogram(): HotHistogram {
  return new HotHistogram(METRIC_CLEANUP_DURATION.boundaries)
}
