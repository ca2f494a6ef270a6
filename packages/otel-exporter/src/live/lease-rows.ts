import { shownStack, type LeaseInfo } from '@leasehold/core'
import type { LeaseRow } from './live-state.ts'

const MAX_STACK_LENGTH = 4_000

/** A trace's page in Jaeger; `jaegerUrl` is where its UI begins. */
function traceUrl(jaegerUrl: string, traceId: string): string {
  const base = new URL(jaegerUrl)
  base.pathname = `${base.pathname.replace(/\/$/, '')}/trace/${encodeURIComponent(traceId)}`
  return base.href
}

export function leaseRow(
  { id, kind, name, state, heldMillis, overdue, stack, traceId }: LeaseInfo,
  jaegerUrl: string | undefined,
): LeaseRow {
  return {
    id,
    kind,
    name,
    state,
    heldSeconds: heldMillis / 1_000,
    overdue,
    stack: stack === undefined ? null : shownStack(stack).slice(0, MAX_STACK_LENGTH),
    traceUrl: jaegerUrl === undefined || traceId === undefined ? null : traceUrl(jaegerUrl, traceId),
  }
}
