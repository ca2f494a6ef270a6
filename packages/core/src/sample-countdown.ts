/** Counted down where nothing is to be taken: one test serves both, and it stays a small integer. */
const IDLE = 2 ** 30

/**
 * Takes one in `every` at random: counts down from a number drawn anew each time, uniformly from 1 to
 * 2 × every − 1, whose mean is `every`. A fixed stride could keep step with the program's own and sample one
 * call site only. (Netty's ResourceLeakDetector draws likewise.)
 */
export class SampleCountdown {
  #every: number = 0
  #left: number = IDLE

  /** @param every 1 takes each; false takes none */
  set(every: number | false): void {
    this.#every = every === false ? 0 : every
    this.#left = this.#draw()
  }

  take(): boolean {
    if (--this.#left > 0) return false
    this.#left = this.#draw()
    return this.#every !== 0
  }

  #draw(): number {
    if (this.#every === 0) return IDLE
    return this.#every === 1 ? 1 : 1 + Math.floor(Math.random() * (2 * this.#every - 1))
  }
}
