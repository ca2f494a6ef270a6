/** Generations that are told apart. */
export const GENERATIONS = 128
/** A generation is as many arrivals as this part of all entries. */
const PART = 1 / 16
/** What one hit more or less than an LRU's counts for, and what each arrival forgets of that; of all entries. */
const WEIGHT = 16
const FORGOTTEN = 0.1

/**
 * What an LRU of as many entries would have had. It is known without one: of each key, there or evicted lately, the
 * generation is on record in which it was touched last; an LRU has those of the last so many touches of different keys.
 * A hit on an older one is a hit more than an LRU's, a miss of a younger one is one less. A generation is as many
 * arrivals as a sixteenth of all entries: that is how exact it is.
 */
export class LruShadow {
  /** The generation that it is now; they are numbered around. */
  current: number = 0
  /** 0 to 1: how far an LRU was better of late. */
  lead: number = 0
  /** How many keys were touched last in each. */
  readonly #touched: Int32Array = new Int32Array(GENERATIONS)
  /** How many have come in the current one. */
  #count: number = 0
  /** How old, in generations, what an LRU would evict now was touched last. */
  #lifetime: number = GENERATIONS

  ageOf(generation: number): number {
    return (this.current - generation) & (GENERATIONS - 1)
  }

  /** A hit, the first of its entry in this generation. */
  hit(before: number, size: number): void {
    this.#touched[before]!--
    this.#touched[this.current]!++
    if (this.ageOf(before) > this.#lifetime) this.lead = Math.max(0, this.lead - WEIGHT / size)
  }

  /** A key that was evicted lately is back. */
  missed(before: number, size: number): void {
    this.#touched[before]!--
    if (this.ageOf(before) < this.#lifetime) this.lead = Math.min(1, this.lead + WEIGHT / size)
  }

  /** @returns whether a new generation begins */
  arrived(size: number): boolean {
    this.lead = Math.max(0, this.lead - FORGOTTEN / size)
    this.#touched[this.current]!++
    if (++this.#count < size * PART) return false
    this.#count = 0
    this.current = (this.current + 1) & (GENERATIONS - 1)
    this.#touched[this.current] = 0
    this.#lifetime = this.#lifetimeNow(size)
    return true
  }

  /** A key was deleted, and an LRU would not have it either. */
  deleted(before: number): void {
    this.#touched[before]!--
  }

  /** An entry is put back as if it had been touched now. */
  renewed(before: number): void {
    this.#touched[before]!--
    this.#touched[this.current]!++
  }

  #lifetimeNow(size: number): number {
    let sum = 0
    for (let age = 0; age < GENERATIONS; age++) {
      sum += this.#touched[(this.current - age) & (GENERATIONS - 1)]!
      if (sum >= size) return age
    }
    return GENERATIONS
  }
}
