/** Places to look for a hash: one cache line, of eight hashes and the moments when they came. */
const WAYS = 8
const LINE = 2 * WAYS
/** More places than ghosts, as lines are not equally full. */
const SPARE = 1.6
const HASH_BITS = 24

/** Which of the two it was evicted from. */
export const FROM_TRIAL = 0
export const FROM_MAIN = 128

/** Those of one origin. A moment is how many of it had come. */
class Stream {
  now: number = 0
  /** What came before then is forgotten. */
  since: number = 0
  count: number = 0

  /** @param capacity how many are remembered: for one more the oldest is forgotten, about as old as they are dense */
  next(capacity: number): number {
    if (this.count < capacity) this.count++
    else this.since += (this.now - this.since) / this.count
    return ++this.now
  }
}

/**
 * Which keys were evicted lately, from where, and when each had been touched last: by hashes, never by keys, which would
 * be kept alive. So many of each origin are remembered, those that came last. Two keys of one hash are taken for one:
 * that is a bad guess, no error.
 */
export class Ghosts {
  #cells: Uint32Array = new Uint32Array(0)
  #lines: number = 0
  #capacity: number = 0
  #trial: Stream = new Stream()
  #main: Stream = new Stream()

  get capacity(): number {
    return this.#capacity
  }

  /** How many of them are from the trial, about. */
  get trialCount(): number {
    return this.#trial.count
  }

  get mainCount(): number {
    return this.#main.count
  }

  /** Remembers `capacity` of each origin from now on, and forgets all that there are. */
  resize(capacity: number): void {
    this.#capacity = capacity
    this.#lines = Math.ceil((2 * capacity * SPARE) / WAYS)
    this.#cells = new Uint32Array(this.#lines * LINE)
    this.#trial = new Stream()
    this.#main = new Stream()
  }

  /** @param stamp a number below 128, which is kept with it */
  add(hash: number, origin: typeof FROM_TRIAL | typeof FROM_MAIN, stamp: number): void {
    const moment = (origin === FROM_TRIAL ? this.#trial : this.#main).next(this.#capacity)
    // Once in four thousand million.
    if (moment >= 2 ** 32) return this.resize(this.#capacity)
    const cells = this.#cells
    const tag = hash << (32 - HASH_BITS)
    const line = this.#lineOf(hash)
    let place = line
    let oldest = -1
    for (let i = line; i < line + WAYS; i++) {
      if (cells[i + WAYS] === 0 || (cells[i]! ^ tag) >>> 8 === 0) {
        place = i
        break
      }
      const age = this.#ageOf(cells[i]!, cells[i + WAYS]!)
      if (age > oldest) {
        oldest = age
        place = i
      }
    }
    cells[place] = tag | origin | stamp
    cells[place + WAYS] = moment
    return undefined
  }

  /** Looks for a hash, and forgets it. @returns origin and stamp together, or -1 if it is not remembered */
  take(hash: number): number {
    if (this.#lines === 0) return -1
    const cells = this.#cells
    const tag = hash << (32 - HASH_BITS)
    const line = this.#lineOf(hash)
    for (let i = line; i < line + WAYS; i++) {
      const cell = cells[i]!
      const moment = cells[i + WAYS]!
      if ((cell ^ tag) >>> 8 !== 0 || moment === 0) continue
      cells[i + WAYS] = 0
      const stream = (cell & FROM_MAIN) === 0 ? this.#trial : this.#main
      if (moment <= stream.since) return -1
      stream.count--
      return cell & 0xff
    }
    return -1
  }

  #lineOf(hash: number): number {
    return Math.floor((hash * this.#lines) / 2 ** 32) * LINE
  }

  /** How many of its origin have come since. */
  #ageOf(cell: number, moment: number): number {
    return ((cell & FROM_MAIN) === 0 ? this.#trial : this.#main).now - moment
  }
}
