/** Over so long a rate is taken: one reading alone would jump. */
const WINDOW_MILLIS = 5_000

interface Reading {
  readonly atMillis: number
  readonly totals: ReadonlyMap<string, number>
}

/** From totals that only grow to how fast they do. */
export class Rates {
  #readings: Reading[] = []

  /** Takes in the totals of now. After a pause it begins anew. */
  read(atMillis: number, totals: ReadonlyMap<string, number>): void {
    this.#readings = [
      ...this.#readings.filter(reading => atMillis - reading.atMillis <= WINDOW_MILLIS),
      { atMillis, totals },
    ]
  }

  /** A second, since the oldest reading within the window; null without one. */
  of(key: string): number | null {
    const [oldest] = this.#readings
    const newest = this.#readings.at(-1)
    if (oldest === undefined || newest === undefined || newest.atMillis <= oldest.atMillis) return null
    const grown = (newest.totals.get(key) ?? 0) - (oldest.totals.get(key) ?? 0)
    return (Math.max(0, grown) * 1_000) / (newest.atMillis - oldest.atMillis)
  }
}
