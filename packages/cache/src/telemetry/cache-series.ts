import { HotHistogram, SeriesByName } from '@leasehold/core'
import { CacheFigures } from '../cache-figures.ts'
import { REMOVAL_REASONS } from '../removal-reason.ts'
import * as names from './names.generated.ts'

/**
 * The figures of all caches of one name: two of a name are summed, and what was counted outlives the cache, as a counter
 * that fell would be a lie. Nothing here refers to a cache: one that is dropped without a word is noticed when it has
 * been collected.
 */
export class CacheSeries {
  readonly name: string
  readonly loads: HotHistogram = new HotHistogram(names.METRIC_CACHE_LOAD_DURATION.boundaries)
  /** Of caches that are there. */
  readonly open: Set<CacheFigures> = new Set()
  /** What those have counted that are gone. */
  readonly #past: CacheFigures = new CacheFigures()

  constructor(name: string) {
    this.name = name
  }

  /** A total over all caches that there have ever been. */
  total(figure: (figures: CacheFigures) => number): number {
    return figure(this.#past) + this.now(figure)
  }

  /** A sum over the caches that are there. */
  now(figure: (figures: CacheFigures) => number): number {
    let sum = 0
    for (const figures of this.open) sum += figure(figures)
    return sum
  }

  /** A cache is there no more. */
  readonly ended = (figures: CacheFigures): void => {
    if (!this.open.delete(figures)) return
    const past = this.#past
    for (const count of ['hits', 'misses', 'stale'] as const) past[count] += figures[count]
    for (const reason of REMOVAL_REASONS) {
      past.removals[reason] += figures.removals[reason]
      past.removedBytes[reason] += figures.removedBytes[reason]
    }
  }
}

export const cacheSeries: SeriesByName<CacheSeries> = new SeriesByName(name => new CacheSeries(name))
