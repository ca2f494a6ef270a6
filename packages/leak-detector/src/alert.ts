import { shownStack } from '@leasehold/core'

/** What was found; each has a page in the runbook. */
export type AlertRule =
  | 'held-too-long'
  | 'outlived'
  | 'abandoned'
  | 'cleanup-success'
  | 'consecutive-failures'
  | 'growth'
  | 'quarantine'
  | 'memory-pressure'

export type AlertSeverity = 'info' | 'warn' | 'error'

/** As OpenTelemetry's log records number them. */
export const SEVERITY_NUMBERS: Readonly<Record<AlertSeverity, number>> = { info: 9, warn: 13, error: 17 }

/** The trace and span of a lease's acquisition. */
export interface AlertTrace {
  readonly traceId: string
  readonly spanId: string
}

/** Something is wrong, or is so no more. */
export interface Alert {
  readonly rule: AlertRule
  /** The same for all alerts of one trouble, from its firing to its end. */
  readonly fingerprint: string
  readonly severity: AlertSeverity
  readonly state: 'firing' | 'resolved'
  /** Of the leases; `'*'` of all together; `'process'` where it is about no leases. */
  readonly kind: string
  readonly name: string
  /** How many leases, or failed cleanups, it is about. */
  readonly count: number
  /**
   * Where one of them was acquired, one frame a line, the program's own first, its files from where it was started; where
   * that was sampled.
   */
  readonly stack: string | undefined
  /** False for the early warning: too few cleanups yet to be sure. */
  readonly confident: boolean
  /** Who acquired them: at most 10. */
  readonly traces: readonly AlertTrace[]
  /** The first line tells kind, name, how many, how long, where from. */
  readonly text: string
  /** What it means and what to do. */
  readonly runbook: string
  /** Since when it has been firing, by the system's clock. */
  readonly since: Date
  /** Of how many other alerts nobody was told, as there were too many, since the alert told before. */
  readonly suppressed: number
}

export function runbookOf(rule: AlertRule): string {
  return `https://github.com/leasehold/leasehold/blob/main/docs/runbook/${rule}.md`
}

/** `pool.loan "orders"`, or all. */
export function subject(kind: string, name: string): string {
  return kind === ALL ? 'all kinds' : `${kind} "${name}"`
}

/** The kind and the name of what is about all leases together. */
export const ALL = '*'

/** The first frame of a stack as a first line shows it: `load (src/load.js:12:3)`. */
export function placeOf(stack: string | undefined): string | undefined {
  const frame = stack?.split('\n', 1)[0]?.replace(/^at (async )?/, 'at ')
  return frame === undefined ? undefined : shownStack(frame).replace(/^at /, '')
}

/** A duration as people say it: `75 s`, `12 min`. */
export function spoken(millis: number): string {
  if (millis < 1_000) return `${Math.round(millis)} ms`
  if (millis < 120_000) return `${Math.round(millis / 1_000)} s`
  if (millis < 7_200_000) return `${Math.round(millis / 60_000)} min`
  return `${Math.round(millis / 3_600_000)} h`
}
