import type { Attributes } from '@opentelemetry/api'
import { inRootScope, type Clock, type Operation, type OperationSpans } from '@leasehold/core'
import { noRemovals, REMOVAL_REASONS, type RemovalReason } from '../removal-reason.ts'
import * as names from './names.generated.ts'

/** What sets evict, while they go on doing so, gets one span in so long a time. */
const GATHER_MILLIS = 1_000

/** Kept from load: a program's fake timers do not stop it. */
const nextTurn = setImmediate

/**
 * The spans `cache.evict`: one a sweep, with counts by reason. A busy cache evicts one value for each that is set; those
 * are gathered, or there would be more spans of evictions than of all else.
 */
export class SweepSpans {
  readonly #spans: OperationSpans
  readonly #clock: Clock
  #operation: Operation | undefined
  #counts: Record<RemovalReason, number> = noRemovals()
  #bytes: number = 0
  #toldAt: number = -Infinity

  constructor(spans: OperationSpans, clock: Clock) {
    this.#spans = spans
    this.#clock = clock
  }

  /** A value has left. */
  add(reason: RemovalReason, bytes: number): void {
    if (this.#operation === undefined) {
      if (this.#spans.isOff) return
      this.#operation = this.#spans.beginInBackground(names.SPAN_CACHE_EVICT)
      this.#tellLater()
    }
    this.#counts[reason]++
    this.#bytes += bytes
  }

  /** Ends what was gathered, if there is any: before a sweep that has a span of its own, and after it. */
  tell(): void {
    const operation = this.#operation
    if (operation === undefined) return
    const attributes: Attributes = { [names.ATTR_CACHE_FREED]: this.#bytes }
    for (const reason of REMOVAL_REASONS) {
      if (this.#counts[reason] > 0) attributes[`leasehold.cache.evicted.${reason}`] = this.#counts[reason]
    }
    this.#operation = undefined
    this.#counts = noRemovals()
    this.#bytes = 0
    this.#toldAt = this.#clock.now()
    this.#spans.end(operation, {}, attributes)
  }

  #tellLater(): void {
    const wait = this.#toldAt + GATHER_MILLIS - this.#clock.now()
    inRootScope(() => {
      if (wait <= 0) nextTurn(() => this.tell())
      else {
        const timer = this.#clock.setTimeout(() => this.tell(), wait)
        const { unref } = Object(timer) as { unref?: unknown }
        if (typeof unref === 'function') unref.call(timer)
      }
    })
  }
}
