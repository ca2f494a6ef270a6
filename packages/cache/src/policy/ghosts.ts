/** Places to look for a hash: one cache line, of eight hashes and the moments when they came. */
const WAYS = 8
const LINE = 2 * WAYS

/**
 * Which keys were evicted lately: their hashes, never the keys, which would be kept alive. A hash that was evicted more
 * than so many others ago is forgotten. Two keys of one hash are taken for one: that is a bad guess, no error.
 */
export class Ghosts {
  #cells: Uint32Array = new Uint32Array(0)
  #shift: number = 0
  /** How many have come; as a moment. */
  #now: number = 0
  #capacity: number = 0
  #size: number = 0

  /** About how many there are. */
  get size(): number {
    return this.#size
  }

  /** How many are remembered. */
  get capacity(): number {
    return this.#capacity
  }

  /** Remembers `capacity` hashes; changing it by much forgets them all. */
  resize(capacity: number): void {
    this.#capacity = capacity
    const lines = 2 ** Math.max(1, Math.ceil(Math.log2((capacity * 1.25) / WAYS)))
    const size = lines * LINE
    if (size === this.#cells.length) return
    this.#size = 0
    this.#cells = new Uint32Array(size)
    this.#shift = 32 - Math.log2(lines)
  }

  add(hash: number): void {
    const cells = this.#cells
    const line = (hash >>> this.#shift) * LINE
    const now = ++this.#now >>> 0
    let oldest = line
    let age = -1
    for (let i = line; i < line + WAYS; i++) {
      if (cells[i] === hash) {
        oldest = i
        break
      }
      const itsAge = (now - cells[i + WAYS]!) >>> 0
      if (cells[i + WAYS] === 0) {
        oldest = i
        break
      }
      if (itsAge > age) {
        age = itsAge
        oldest = i
      }
    }
    if (this.#size < this.#capacity) this.#size++
    cells[oldest] = hash
    cells[oldest + WAYS] = now
  }

  /** Whether it is remembered; it is forgotten then. */
  take(hash: number): boolean {
    const cells = this.#cells
    if (cells.length === 0) return false
    const line = (hash >>> this.#shift) * LINE
    for (let i = line; i < line + WAYS; i++) {
      if (cells[i] !== hash || cells[i + WAYS] === 0) continue
      const age = (this.#now - cells[i + WAYS]!) >>> 0
      cells[i + WAYS] = 0
      this.#size--
      return age <= this.#capacity
    }
    return false
  }
}
