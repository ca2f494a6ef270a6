import type { Clock } from '@leasehold/core'
import type { CacheFigures } from './cache-figures.ts'

/** How often it looks. */
const EVERY_MILLIS = 1_000
/** So many slots at a time, until so much time is used. */
const SLICE = 500
const BUDGET_MILLIS = 2

/** What is swept, weakly held: a timer must not keep a cache alive. */
export interface Sweepable {
  readonly figures: CacheFigures
  readonly store: { readonly slots: { readonly used: number }; sweep(count: number): number }
  sweeping(fn: () => void): void
}

/** Removes what has expired and nobody asks for: a timer, while there is anything that may, that lets the process end. */
export class ExpirySweep {
  readonly #clock: Clock
  readonly #swept: WeakRef<Sweepable>
  #isArmed: boolean = false

  constructor(clock: Clock, swept: Sweepable) {
    this.#clock = clock
    this.#swept = new WeakRef(swept)
  }

  arm(): void {
    if (this.#isArmed) return
    this.#isArmed = true
    const timer = this.#clock.setTimeout(() => this.#due(), EVERY_MILLIS)
    const { unref } = Object(timer) as { unref?: unknown }
    if (typeof unref === 'function') unref.call(timer)
  }

  #due(): void {
    this.#isArmed = false
    const swept = this.#swept.deref()
    if (swept === undefined) return
    const { figures, store } = swept
    const startedAt = this.#clock.now()
    swept.sweeping(() => {
      for (let left = store.slots.used; left > 0; left -= SLICE) {
        store.sweep(SLICE)
        if (this.#clock.now() - startedAt >= BUDGET_MILLIS) break
      }
    })
    if (figures.entries > 0) this.arm()
  }
}
