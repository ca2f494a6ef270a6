const FIRST_MILLIS = 50
const MOST_MILLIS = 1_000

/**
 * How long to wait before the next attempt: exponential back-off with full jitter, up to 50 ms after the
 * first, up to 1 s at most. (Marc Brooker, "Exponential Backoff And Jitter", AWS Architecture Blog, 2015.)
 */
export function retryDelayMillis(attempts: number, random: () => number = Math.random): number {
  return random() * Math.min(MOST_MILLIS, FIRST_MILLIS * 2 ** (attempts - 1))
}
