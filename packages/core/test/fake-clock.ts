import type { Clock } from '../src/index.ts'

interface Timer {
  readonly at: number
  readonly fn: () => void
}

/** A clock that goes only when told to. Its timers fire in order, each at its own moment. */
export class FakeClock implements Clock {
  #now: number = 0
  readonly #timers: Set<Timer> = new Set()

  /** Timers that wait. */
  get pending(): number {
    return this.#timers.size
  }

  now(): number {
    return this.#now
  }

  setTimeout(fn: () => void, millis: number): Timer {
    const timer = { at: this.#now + millis, fn }
    this.#timers.add(timer)
    return timer
  }

  clearTimeout(timer: unknown): void {
    this.#timers.delete(timer as Timer)
  }

  /** Goes on by `millis` without letting the loop turn, as under a function that takes so long. */
  skip(millis: number): void {
    this.#now += millis
  }

  /** Goes on by `millis`, firing what is due, and lets all that needs no time run: before, between, after. */
  async advance(millis: number): Promise<void> {
    const end = this.#now + millis
    await turns()
    for (let next = this.#next(end); next !== undefined; next = this.#next(end)) {
      this.#timers.delete(next)
      this.#now = Math.max(this.#now, next.at)
      next.fn()
      await turns()
    }
    this.#now = Math.max(this.#now, end)
  }

  #next(end: number): Timer | undefined {
    let first: Timer | undefined
    for (const timer of this.#timers) {
      if (timer.at <= end && (first === undefined || timer.at < first.at)) first = timer
    }
    return first
  }
}

const nextTurn = setImmediate

/** Some turns of the loop: enough for what goes through queue and promises without any timer. */
export async function turns(count: number = 4): Promise<void> {
  for (let i = 0; i < count; i++) await new Promise(resolve => nextTurn(resolve))
}
