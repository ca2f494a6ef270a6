import type { LeaseRef } from '@leasehold/core'
import type { AlertTrace } from './alert.ts'
import type { ReportedSite } from './report.ts'

const MAX_SITES = 10_000
const SHOWN = 20
const MAX_TRACES = 10

interface Site {
  count: number
  oldest: LeaseRef
  readonly traces: AlertTrace[]
}

/** Live leases counted by where they were acquired. */
export class SiteCounts {
  #lastStack: string | undefined
  #last: Site | undefined
  readonly #sites: Map<string | undefined, Site> = new Map()

  add(lease: LeaseRef): void {
    const stack = lease.site
    // Most are not sampled, or of the same place as the one before.
    const site = this.#last !== undefined && stack === this.#lastStack ? this.#last : this.#find(stack)
    this.#lastStack = stack
    this.#last = site
    if (site === undefined) {
      const traces: AlertTrace[] = []
      this.#sites.set(stack, { count: 1, oldest: lease, traces })
      addTrace(traces, lease)
      return
    }
    site.count++
    if (lease.id < site.oldest.id) site.oldest = lease
    addTrace(site.traces, lease)
  }

  #find(stack: string | undefined): Site | undefined {
    return this.#sites.get(stack) ?? this.#sites.get(this.#sites.size < MAX_SITES ? stack : undefined)
  }

  /** The sites with the most leases. */
  top(now: number): ReportedSite[] {
    return [...this.#sites]
      .sort(([, a], [, b]) => b.count - a.count)
      .slice(0, SHOWN)
      .map(([stack, { count, oldest, traces }]) => ({
        stack,
        count,
        oldestMillis: oldest.heldMillis(now),
        traces,
      }))
  }
}

function addTrace(traces: AlertTrace[], { spanContext }: LeaseRef): void {
  if (spanContext === undefined || traces.length >= MAX_TRACES) return
  traces.push({ traceId: spanContext.traceId, spanId: spanContext.spanId })
}
