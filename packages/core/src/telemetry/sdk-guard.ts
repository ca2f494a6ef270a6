import { describeError } from '../foreign-value.ts'
import { warnOnce } from '../warning.ts'

/**
 * Calls `fn`, which calls into an SDK: its sampler, processor or instrument may throw, and a lease must not notice. A
 * throw is reported once. @returns undefined then
 */
export function guardSdk<R>(what: 'tracing' | 'metrics', fn: () => R): R | undefined {
  try {
    return fn()
  } catch (error) {
    sdkThrew(what, error)
    return undefined
  }
}

/** For who has a guard of its own, on the hot path. */
export function sdkThrew(what: 'tracing' | 'metrics', error: unknown): void {
  warnOnce(`sdk:${what}`, `the ${what} SDK threw: ${describeError(error)}`)
}
