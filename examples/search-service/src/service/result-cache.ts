/** Keeps the results of the latest distinct queries; the oldest goes first. */
export class ResultCache<V> {
  readonly #maxEntries: number
  readonly #entries: Map<string, V> = new Map()
  #hits = 0
  #misses = 0

  constructor(maxEntries: number) {
    this.#maxEntries = maxEntries
  }

  get hits(): number {
    return this.#hits
  }

  get misses(): number {
    return this.#misses
  }

  async fetch(key: string, load: () => Promise<V>): Promise<V> {
    const cached = this.#entries.get(key)
    if (cached !== undefined) {
      this.#hits++
      return cached
    }
    this.#misses++
    const value = await load()
    this.#entries.set(key, value)
    if (this.#entries.size > this.#maxEntries)
      this.#entries.delete(this.#entries.keys().next().value as string)
    return value
  }
}
