import { pathToFileURL } from 'node:url'
import type { LeaseInfo } from '@leasehold/core'
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
    stack: stack === undefined ? null : shownStack(stack, process.cwd()),
    traceUrl: jaegerUrl === undefined || traceId === undefined ? null : traceUrl(jaegerUrl, traceId),
  }
}

/** A stack with the paths of the program's own files as its programmer writes them: from where it was started. */
function shownStack(stack: string, folder: string): string {
  return stack
    .replaceAll(pathToFileURL(`${folder}/`).href, '')
    .replaceAll(`${folder}/`, '')
    .slice(0, MAX_STACK_LENGTH)
}
