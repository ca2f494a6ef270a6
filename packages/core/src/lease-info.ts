import type { LeaseState } from './lease.ts'
import type { LeaseRecord } from './lease-record.ts'

/** One lease as a report shows it. Never the value. */
export interface LeaseInfo {
  readonly id: number
  readonly kind: string
  readonly name: string
  readonly state: LeaseState
  readonly heldMillis: number
  /** Live, and held longer than its leak threshold. */
  readonly overdue: boolean
  /** Where it was acquired, one frame a line, the program's own first; if it was sampled. */
  readonly stack?: string
  /** The trace and span that acquired it, if they are recorded. */
  readonly traceId?: string
  readonly spanId?: string
  /** The last access records, oldest first. */
  readonly touches: readonly { readonly hint?: string; readonly agoMillis: number }[]
}

export function leaseInfo(record: LeaseRecord, now: number): LeaseInfo {
  const { extras, terms } = record
  const heldMillis = record.heldMillis(now)
  const { site, spanContext, touches = [] } = extras ?? {}
  return {
    id: record.id,
    kind: record.kind,
    name: record.name,
    state: record.publicState,
    heldMillis,
    overdue: record.isLive && heldMillis >= terms.list.thresholdMillis,
    ...(site === undefined ? {} : { stack: site }),
    ...(spanContext === undefined ? {} : { traceId: spanContext.traceId, spanId: spanContext.spanId }),
    touches: touches.map(({ hint, at }) => ({
      ...(hint === undefined ? {} : { hint }),
      agoMillis: now - at,
    })),
  }
}
