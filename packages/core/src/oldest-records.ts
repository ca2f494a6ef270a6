import * as v from 'valibot'
import type { CleanupRun } from './cleanup-run.ts'
import { safeText } from './foreign-value.ts'
import type { LeaseGroup } from './lease-group.ts'
import type { LeaseRecord } from './lease-record.ts'
import { checkOptions, integerFrom, text, type OptionSchema } from './option-check.ts'

/** Which leases to show. */
export interface LeaseFilter {
  /** At most so many. Default 100, at most 100,000. */
  limit?: number | undefined
  kind?: string | undefined
  name?: string | undefined
}

const schema: OptionSchema = v.strictObject({
  limit: v.optional(integerFrom(1, 100_000)),
  kind: v.optional(text),
  name: v.optional(text),
})

/**
 * The oldest live leases, and those being released, oldest first. Each list is in order already, so no more
 * than `limit` of each are looked at, however many are live.
 *
 * @throws ConfigError
 */
export function oldestRecords(
  groups: Iterable<LeaseGroup>,
  runs: Iterable<CleanupRun>,
  filter: LeaseFilter,
  now: number,
): LeaseRecord[] {
  checkOptions('leases', schema, filter)
  const { limit = 100 } = filter
  const [kind, name] = [filter.kind, filter.name].map(asked => asked && safeText(asked))
  const matches = (of: { kind: string; name: string }): boolean =>
    (kind === undefined || of.kind === kind) && (name === undefined || of.name === name)
  const found: LeaseRecord[] = []
  for (const group of groups) {
    if (!matches(group)) continue
    for (const list of group.lists) {
      let record = list.oldest
      for (let i = 0; i < limit && record !== undefined; i++, record = record.next) found.push(record)
    }
  }
  for (const { record } of runs) if (matches(record)) found.push(record)
  return found.sort((a, b) => b.heldMillis(now) - a.heldMillis(now) || a.id - b.id).slice(0, limit)
}
