import * as v from 'valibot'
import { checkOptions, flag, integerFrom, oneOf, rule, type OptionSchema } from '@leasehold/core'

/** Which leases were there: those up to a number. */
export interface LeakSnapshot {
  readonly lastId: number
  readonly at: Date
}

/** What a report shows, and how. */
export interface ReportOptions {
  /** Only leases taken after it. */
  since?: LeakSnapshot | undefined
  /** At most so many leases are told one by one, the oldest; all are counted. Default 100, at most 10,000. */
  limit?: number | undefined
  /** Default `'object'`. */
  format?: 'object' | 'text' | undefined
  /** Of a text. Default: whether the standard output is a terminal, and NO_COLOR is not set. */
  color?: boolean | undefined
}

export interface CheckedReportOptions {
  readonly since: LeakSnapshot | undefined
  readonly limit: number
  readonly format: 'object' | 'text'
  readonly color: boolean
}

const schema: OptionSchema = v.strictObject({
  since: v.optional(
    rule('what snapshot() gave', s => Number.isSafeInteger((s as Partial<LeakSnapshot> | null)?.lastId)),
  ),
  limit: v.optional(integerFrom(0, 10_000)),
  format: v.optional(oneOf('object', 'text')),
  color: v.optional(flag),
})

/** @throws ConfigError for the first option that is wrong */
export function reportOptions(options: ReportOptions): CheckedReportOptions {
  checkOptions('leak report', schema, options)
  const { since, limit = 100, format = 'object', color } = options
  const { isTTY } = process.stdout
  return { since, limit, format, color: color ?? (Boolean(isTTY) && (process.env['NO_COLOR'] ?? '') === '') }
}
