import type { LeaseRef } from '@leasehold/core'
import { placeOf, type AlertTrace } from './alert.ts'

/** How many places of one kind and name are told apart. */
const MAX_SITES = 100
const MAX_TRACES = 10

/** Leaked leases of one kind and name that were acquired at one place. */
export class LeakSite {
  readonly kind: string
  readonly name: string
  /** What tells it from the group's others, in a fingerprint. */
  readonly key: string
  stack: string | undefined
  count: number = 0
  readonly traces: AlertTrace[] = []
  /** The first one seen, as long as it lives; then another. */
  first: LeaseRef | undefined

  constructor(kind: string, name: string, key: string, stack: string | undefined) {
    this.kind = kind
    this.name = name
    this.key = key
    this.stack = stack
  }

  add(lease: LeaseRef): void {
    this.count++
    if (this.first?.isLive !== true) this.first = lease
    const { spanContext } = lease
    if (spanContext !== undefined && this.traces.length < MAX_TRACES) {
      this.traces.push({ traceId: spanContext.traceId, spanId: spanContext.spanId })
    }
  }

  clear(): void {
    this.count = 0
    this.traces.length = 0
    this.first = undefined
  }
}

/**
 * Leaks of one kind and name, by the places they were acquired at. Most acquisitions' stacks are not sampled: those
 * leases belong to the main site, which takes the first place that is seen, so that one leak is one alert.
 */
export class LeakSites {
  readonly #main: LeakSite
  readonly #others: Map<string, LeakSite> = new Map()

  constructor(kind: string, name: string) {
    this.#main = new LeakSite(kind, name, '', undefined)
  }

  /** Always the same one for the same lease. */
  of(lease: LeaseRef): LeakSite {
    const { site: stack } = lease
    if (stack === undefined) return this.#main
    this.#main.stack ??= stack
    if (this.#main.stack === stack) return this.#main
    const known = this.#others.get(stack)
    if (known !== undefined) return known
    if (this.#others.size >= MAX_SITES) return this.#main
    const { kind, name } = this.#main
    const site = new LeakSite(kind, name, `${placeOf(stack)}#${this.#others.size}`, stack)
    this.#others.set(stack, site)
    return site
  }
}
