import { describeError } from './foreign-value.ts'
import type { LeaseRecord } from './lease-record.ts'
import type { Force } from './lease-terms.ts'
import { warnOnce } from './warning.ts'

export type Forced = { readonly ok: true } | { readonly ok: false; readonly cause: unknown }

/** Calls a lease's `force`; what it throws is reported and handed back. */
export function forceCleanup(record: LeaseRecord, force: Force): Forced {
  try {
    force(record.value as never)
    return { ok: true }
  } catch (cause) {
    const { kind, name } = record
    warnOnce(`force:${kind}:${name}`, `force of ${kind} "${name}" threw: ${describeError(cause)}`)
    return { ok: false, cause }
  }
}
