/** Places to look for a hash: one cache line, of eight hashes and the moments when they came. */
const WAYS = 8
const LINE = 2 * WAYS
/** More places than ghosts, as lines are not equally full. */
const SPARE = 1.25
const HASH_BITS = 24

/** Which of the two it was evicted from. */
export const FROM_TRIAL = 0
export const FROM_MAIN = 128

/**
 * Which keys were evicted lately, from where, and when each had been touched last: by hashes, never by keys, which would
 * be kept alive. So many of each origin are remembered, those that came last. Two keys of one hash are taken for one:
 * that is a bad guess, no error.
 */
export class Ghosts {
  #cells: Uint32Array = new Uint32Array(0)
  #lines: number = 0
  #capacity: number = 0
  /** How many have come from the trial, and from main; as moments. */
  #trials: number = 0
  #mains: number = 0
  #trialCount: number = 0
  #mainCount: number = 0

  get capacity(): number {
    return this.#capacity
  }

  /** About how many of them are from the trial. */
  get trialCount(): number {
    return this.#trialCount
  }

  get mainCount(): number {
    return this.#mainCount
  }

  /** Remembers `capacity` of each origin from now on, and forgets all that there are. */
  resize(capacity: number): void {
    this.#capacity = capacity
    this.#lines = Math.ceil((2 * capacity * SPARE) / WAYS)
    this.#cells = new Uint32Array(this.#lines * LINE)
    this.#trialCount = this.#mainCount = 0
  }

  /** @param stamp a number below 128, which is kept with it */
  add(hash: number, origin: typeof FROM_TRIAL | typeof FROM_MAIN, stamp: number): void {
    const cells = this.#cells
    const line = this.#lineOf(hash)
    const tag = hash << (32 - HASH_BITS)
    const capacity = this.#capacity
    let oldest = line
    let age = -1
    for (let i = line; i < line + WAYS; i++) {
      const moment = cells[i + WAYS]!
      const cell = cells[i]!
      if (moment === 0 || (cell & ~0xff) === tag) {
        oldest = i
        break
      }
      const itsAge = this.#ageOf(cell, moment)
      if (itsAge > age) {
        age = itsAge
        oldest = i
      }
    }
    cells[oldest] = tag | origin | stamp
    if (origin === FROM_TRIAL) {
      if (this.#trialCount < capacity) this.#trialCount++
      this.#trials = next(this.#trials)
      cells[oldest + WAYS] = this.#trials
    } else {
      if (this.#mainCount < capacity) this.#mainCount++
      this.#mains = next(this.#mains)
      cells[oldest + WAYS] = this.#mains
    }
  }

  /** Looks for a hash, and forgets it. @returns origin and stamp together, or -1 if it is not remembered */
  take(hash: number): number {
    if (this.#lines === 0) return -1
    const cells = this.#cells
    const line = this.#lineOf(hash)
    const tag = hash << (32 - HASH_BITS)
    for (let i = line; i < line + WAYS; i++) {
      const cell = cells[i]!
      const moment = cells[i + WAYS]!
      if ((cell & ~0xff) !== tag || moment === 0) continue
      cells[i + WAYS] = 0
      if (this.#ageOf(cell, moment) >= this.#capacity) return -1
      if ((cell & FROM_MAIN) === 0) this.#trialCount--
      else this.#mainCount--
      return cell & 0xff
    }
    return -1
  }

  #lineOf(hash: number): number {
    return Math.floor((hash * this.#lines) / 2 ** 32) * LINE
  }

  /** How many of its origin have come since. */
  #ageOf(cell: number, moment: number): number {
    return (((cell & FROM_MAIN) === 0 ? this.#trials : this.#mains) - moment) >>> 0
  }
}

/** Moments are numbers from 1 to 2^32 - 1, and then from 1 again. */
function next(moment: number): number {
  return moment === 2 ** 32 - 1 ? 1 : moment + 1
}
