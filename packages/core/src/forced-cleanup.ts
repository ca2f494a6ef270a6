import { describeError, isThenable, whenSettled } from './foreign-value.ts'
import type { LeaseRecord } from './lease-record.ts'
import type { Force } from './lease-terms.ts'
import { warnOnce } from './warning.ts'

export type Forced = { readonly ok: true } | { readonly ok: false; readonly cause: unknown }

/**
 * Calls a lease's `force`; what it throws is reported and handed back. It is synchronous: what it may return is not
 * waited for, but a rejection must not end the process.
 */
export function forceCleanup(record: LeaseRecord, force: Force): Forced {
  try {
    const result: unknown = force(record.value as never)
    if (isThenable(result))
      whenSettled(
        result,
        () => {},
        cause => report(record, 'rejected', cause),
      )
    return { ok: true }
  } catch (cause) {
    report(record, 'threw', cause)
    return { ok: false, cause }
  }
}

function report({ kind, name }: LeaseRecord, what: string, cause: unknown): void {
  warnOnce(`force:${kind}:${name}`, `force of ${kind} "${name}" ${what}: ${describeError(cause)}`)
}
