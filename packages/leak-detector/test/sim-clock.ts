import type { Clock } from '@leasehold/core'

interface Timer {
  readonly at: number
  readonly fn: () => void
}

/** A clock that goes only when told to, and whose timers fire one after the other at once: for days in seconds. */
export class SimClock implements Clock {
  #now: number = 0
  #timers: Timer[] = []

  get pending(): number {
    return this.#timers.length
  }

  now(): number {
    return this.#now
  }

  setTimeout(fn: () => void, millis: number): Timer {
    const timer = { at: this.#now + millis, fn }
    this.#timers.push(timer)
    return timer
  }

  clearTimeout(timer: unknown): void {
    this.#timers = this.#timers.filter(other => other !== timer)
  }

  advance(millis: number): void {
    const end = this.#now + millis
    for (let next = this.#next(end); next !== undefined; next = this.#next(end)) {
      this.#timers.splice(this.#timers.indexOf(next), 1)
      this.#now = Math.max(this.#now, next.at)
      next.fn()
    }
    this.#now = end
  }

  #next(end: number): Timer | undefined {
    let first: Timer | undefined
    for (const timer of this.#timers) {
      if (timer.at <= end && (first === undefined || timer.at < first.at)) first = timer
    }
    return first
  }
}
