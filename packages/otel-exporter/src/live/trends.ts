import type { Trend } from './live-state.ts'

/** Two minutes, at one reading a second. */
export const MAX_POINTS = 120

/** After a longer pause the points of before say nothing of now. */
const MAX_GAP_MILLIS = 10_000

/**
 * The last values of what is shown, kept only while somebody watches. Of what is not shown at a reading nothing is kept,
 * so no more than a page's rows are held.
 */
export class Trends {
  #series: Map<string, number[]> = new Map()
  #next: Map<string, number[]> = new Map()
  #lastMillis: number = -Infinity

  /** Before the values of a reading. */
  begin(nowMillis: number): void {
    if (nowMillis - this.#lastMillis > MAX_GAP_MILLIS) this.#series = new Map()
    this.#lastMillis = nowMillis
    this.#next = new Map()
  }

  add(key: string, value: number): Trend {
    const points = [...(this.#series.get(key) ?? []), value].slice(-MAX_POINTS)
    this.#next.set(key, points)
    return points
  }

  /** After them: what was not added is forgotten. */
  end(): void {
    this.#series = this.#next
  }
}
