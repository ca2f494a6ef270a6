export interface Acquisition {
  readonly kind: string
  readonly what: string
  readonly elapsedMillis: number
}

/** Times every acquisition and keeps the longest few. One that fails is timed as well: it kept its caller waiting too. */
export class SlowestAcquisitions {
  readonly #limit: number
  #slowest: Acquisition[] = []

  constructor(limit = 5) {
    this.#limit = limit
  }

  async time<T>(kind: string, what: string, acquire: () => Promise<T>): Promise<T> {
    const start = performance.now()
    try {
      return await acquire()
    } finally {
      this.#record({ kind, what, elapsedMillis: performance.now() - start })
    }
  }

  list(): readonly Acquisition[] {
    return this.#slowest
  }

  #record(acquisition: Acquisition): void {
    const last = this.#slowest[this.#limit - 1]
    if (last !== undefined && last.elapsedMillis >= acquisition.elapsedMillis) return
    this.#slowest = [...this.#slowest, acquisition]
      .sort((a, b) => b.elapsedMillis - a.elapsedMillis)
      .slice(0, this.#limit)
  }
}
