import type { HttpAnswer } from './http-post.ts'

const FIRST_DELAY_MILLIS = 1_000
/** Of a program that is about to end: what is not taken soon is lost. */
const FIRST_DELAY_IN_A_HURRY_MILLIS = 100
const MAX_DELAY_MILLIS = 5_000
const GROWTH = 1.5
/** Programs that lost their back end together should not come back together. */
const JITTER = 0.2

/** The statuses by which OTLP says "later". */
const LATER: ReadonlySet<number> = new Set([429, 502, 503, 504])

/** What says that the back end is not there, or not yet; all else will be no better the next time. */
const ABSENT: ReadonlySet<unknown> = new Set([
  'ECONNREFUSED',
  'ECONNRESET',
  'EPIPE',
  'ETIMEDOUT',
  'EAI_AGAIN',
  'ENOTFOUND',
  'ENETUNREACH',
  'EHOSTUNREACH',
])

export function mayRetry(result: HttpAnswer | Error): boolean {
  return result instanceof Error
    ? ABSENT.has((result as NodeJS.ErrnoException).code)
    : LATER.has(result.status)
}

export interface RetryDelay {
  /** How many attempts there were. */
  readonly attempt: number
  readonly retryAfter: string | undefined
  readonly isHurried: boolean
}

/** Before the next attempt: what the back end asked for, else growing, with jitter. */
export function retryDelayMillis(
  { attempt, retryAfter, isHurried }: RetryDelay,
  random: () => number = Math.random,
): number {
  const asked = retryAfter === undefined ? undefined : retryAfterMillis(retryAfter)
  const first = isHurried ? FIRST_DELAY_IN_A_HURRY_MILLIS : FIRST_DELAY_MILLIS
  const grown = Math.min(first * GROWTH ** (attempt - 1), MAX_DELAY_MILLIS)
  // Never sooner than by ourselves: a back end that says "at once" and fails would be asked without a pause.
  return Math.max(asked ?? 0, grown * (1 + JITTER * (2 * random() - 1)))
}

/** Seconds, or a date. */
function retryAfterMillis(header: string): number | undefined {
  if (/^\d+$/.test(header)) return Number(header) * 1_000
  // A date has letters; to Date.parse a negative or a fractional number is one too.
  const millis = /[a-z]/i.test(header) ? Date.parse(header) - Date.now() : NaN
  return Number.isNaN(millis) ? undefined : Math.max(0, millis)
}
