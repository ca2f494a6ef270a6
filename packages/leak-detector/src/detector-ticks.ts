import type { Clock, TimerHandle } from '@leasehold/core'

/** Calls a function at every full second of a clock, as long as something else keeps the process alive. */
export class DetectorTicks {
  readonly #clock: Clock
  readonly #periodMillis: number
  readonly #tick: () => void
  #timer: TimerHandle | undefined
  #isStopped: boolean = false

  constructor(clock: Clock, periodMillis: number, tick: () => void) {
    this.#clock = clock
    this.#periodMillis = periodMillis
    this.#tick = tick
    this.#arm()
  }

  stop(): void {
    this.#isStopped = true
    this.#clock.clearTimeout(this.#timer)
  }

  #arm(): void {
    // Never 0 or nearly so: a timer may fire a little before its moment.
    const now = this.#clock.now()
    const next = this.#periodMillis - (now % this.#periodMillis)
    this.#timer = unrefTimer(this.#clock, next < 10 ? next + this.#periodMillis : next, () => {
      if (this.#isStopped) return
      this.#arm()
      this.#tick()
    })
  }
}

/** A timer that does not keep the process alive, where the clock's timers can do that. */
export function unrefTimer(clock: Clock, millis: number, fn: () => void): TimerHandle {
  const timer = clock.setTimeout(fn, millis)
  const { unref } = Object(timer) as { unref?: unknown }
  if (typeof unref === 'function') unref.call(timer)
  return timer
}
