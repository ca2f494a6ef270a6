/** Numbers that a seed gives again (mulberry32). */
export class Random {
  /** @type {number} */
  #state

  /** @param {number} seed */
  constructor(seed) {
    this.#state = seed >>> 0
  }

  /** From 0 to 1. */
  next() {
    this.#state = (this.#state + 0x6d2b79f5) >>> 0
    let t = this.#state
    t = Math.imul(t ^ (t >>> 15), t | 1)
    t ^= t + Math.imul(t ^ (t >>> 7), t | 61)
    return ((t ^ (t >>> 14)) >>> 0) / 2 ** 32
  }

  /** From 0 to `end` - 1. @param {number} end */
  below(end) {
    return Math.floor(this.next() * end)
  }

  /** @template T @param {readonly T[]} of @returns {T} */
  pick(of) {
    return of[this.below(of.length)]
  }

  /** @param {number} length */
  bytes(length) {
    return Uint8Array.from({ length }, () => this.below(256))
  }
}
