/**
 * A histogram for the hot path: fixed buckets in one typed array, so that a record neither allocates nor
 * hashes. The SDK's own costs some ten times as much, as it finds the series by its attributes each time; here the
 * owner of the series holds it. Exported through a `MetricProducer`.
 */

/** What a {@link HotHistogram} holds at one moment. */
export interface HotHistogramSnapshot {
  /** One more than there are boundaries: the last counts what lies above them all. */
  readonly counts: number[]
  readonly count: number
  readonly sum: number
  /** 0 while nothing is recorded. */
  readonly min: number
  /** 0 while nothing is recorded. */
  readonly max: number
}

/** Where the other figures lie, counted from the end of the buckets. */
const COUNT = 0
const SUM = 1
const MIN = 2
const MAX = 3
const FIGURES = 4

export class HotHistogram {
  /** Upper bounds, ascending. A value that equals a bound belongs under it, as OpenTelemetry has it. */
  readonly boundaries: readonly number[]
  readonly #bounds: Float64Array
  /**
   * The buckets, then count, sum, minimum and maximum. All doubles: exact up to 2^53, and never boxed anew as a
   * fractional number in a plain field may be.
   */
  readonly #cells: Float64Array
  readonly #buckets: number
  readonly #middle: number

  constructor(boundaries: readonly number[]) {
    this.boundaries = boundaries
    this.#bounds = Float64Array.from(boundaries)
    this.#buckets = boundaries.length + 1
    this.#middle = boundaries.length >>> 1
    this.#cells = new Float64Array(this.#buckets + FIGURES)
    this.#cells[this.#buckets + MIN] = Infinity
    this.#cells[this.#buckets + MAX] = -Infinity
  }

  /**
   * Counts a duration. A negative one, which only a clock that went back can give, counts as 0, so that there is
   * one value for each operation. NaN and infinity are ignored: either would spoil the sum for ever.
   */
  record(seconds: number): void {
    this.recordMany(seconds, 1)
  }

  /** As `times` calls of {@link record} with the same duration. */
  recordMany(seconds: number, times: number): void {
    if (!(seconds < Infinity) || times === 0) return
    const value = seconds > 0 ? seconds : 0
    const bounds = this.#bounds
    // One halving, then step by step: a third of the time of a binary search, whose every turn is a gamble for the
    // branch predictor, while this loop's is one.
    let bucket = value > bounds[this.#middle]! ? this.#middle + 1 : 0
    while (bucket < bounds.length && value > bounds[bucket]!) bucket++
    const cells = this.#cells
    const figures = this.#buckets
    cells[bucket]! += times
    cells[figures + COUNT]! += times
    cells[figures + SUM]! += value * times
    if (value < cells[figures + MIN]!) cells[figures + MIN] = value
    if (value > cells[figures + MAX]!) cells[figures + MAX] = value
  }

  get count(): number {
    return this.#cells[this.#buckets + COUNT]!
  }

  get sum(): number {
    return this.#cells[this.#buckets + SUM]!
  }

  /** 0 while nothing is recorded. */
  get min(): number {
    return this.count === 0 ? 0 : this.#cells[this.#buckets + MIN]!
  }

  /** 0 while nothing is recorded. */
  get max(): number {
    return this.count === 0 ? 0 : this.#cells[this.#buckets + MAX]!
  }

  snapshot(): HotHistogramSnapshot {
    const { count, sum, min, max } = this
    return { counts: Array.from(this.#cells.subarray(0, this.#buckets)), count, sum, min, max }
  }

  /**
   * Adds what `other` has counted, as if it had been recorded here. Both must have the same boundaries. `other` may be of
   * another copy of this package: only its public side is looked at.
   */
  merge(other: HotHistogram): void {
    const { boundaries, count, sum, min, max } = other
    if (
      boundaries.length !== this.#bounds.length ||
      boundaries.some((bound, i) => bound !== this.#bounds[i])
    ) {
      throw new RangeError('histograms of different boundaries cannot be merged')
    }
    if (count === 0) return
    const [cells, figures] = [this.#cells, this.#buckets]
    other.snapshot().counts.forEach((inBucket, i) => (cells[i]! += inBucket))
    cells[figures + COUNT]! += count
    cells[figures + SUM]! += sum
    cells[figures + MIN] = Math.min(cells[figures + MIN]!, min)
    cells[figures + MAX] = Math.max(cells[figures + MAX]!, max)
  }
}
