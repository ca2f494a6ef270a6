import { performance } from 'node:perf_hooks'

/** The longest that Node's timers can wait; a longer wait would fire at once. */
export const MAX_TIMER_MILLIS: number = 2 ** 31 - 1

/** What {@link Clock.setTimeout} gives back; only ever handed to the same clock again. */
export type TimerHandle = unknown

/**
 * Time as Leasehold sees it. Inject one to test time-outs without waiting; the default is the process's
 * monotonic clock and timers, both kept from load: a program's fake timers do not stop its cleanups.
 */
export interface Clock {
  /** Milliseconds from any fixed point; monotonic, fractions welcome. */
  now(): number
  /** Calls `fn` once after `millis`. The timer must keep the process alive: a cleanup is in flight. */
  setTimeout(fn: () => void, millis: number): TimerHandle
  clearTimeout(timer: TimerHandle): void
}

const { setTimeout, clearTimeout } = globalThis

// The module's performance, not the global's, which is behind a getter that costs as much again. Bound, as fake
// timers put their own `now` on the very object.
const now = performance.now.bind(performance)

/** The loop's next turn; kept from load too. */
export const nextTurn: typeof setImmediate = setImmediate

export const processClock: Clock = {
  now,
  setTimeout: (fn, millis) => setTimeout(fn, millis),
  clearTimeout: timer => clearTimeout(timer as NodeJS.Timeout),
}
