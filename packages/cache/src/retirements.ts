import { inBackground, type TrackOptions } from '@leasehold/core'
import type { CacheFigures } from './cache-figures.ts'
import type { CacheSettings } from './cache-options.ts'
import { HeldValue, type Ending } from './held-value.ts'
import type { RemovalReason } from './removal-reason.ts'
import { SPAN_CACHE_DISPOSE } from './telemetry/names.generated.ts'
import type { SweepSpans } from './telemetry/sweep-spans.ts'

/** How many disposals one call begins; the loop's later turns see to the others. */
const SLICE = 1_000

/** Kept from load: a program's fake timers do not stop its disposals. */
const nextTurn = setImmediate

/** Where to say that a value was ended by its registry: weakly, as the registry's cleanups must not keep a cache alive. */
export interface Owner {
  endedElsewhere(ending: Ending): void
}

/**
 * What becomes of values that have left the cache: their disposal, once the last loan is over. Disposals are begun when
 * the operation that removed them has done all else, so that the program's `dispose` finds the cache in order, and may
 * use it.
 */
export class Retirements<K, V> {
  readonly #settings: CacheSettings<K, V>
  readonly #figures: CacheFigures
  readonly #owner: WeakRef<Owner>
  readonly #sweeps: SweepSpans
  readonly #terms: Omit<TrackOptions<V>, 'cleanup'>
  #queue: HeldValue<V>[] = []
  #isRunning: boolean = false
  #whenNone: (() => void)[] = []

  constructor(settings: CacheSettings<K, V>, figures: CacheFigures, sweeps: SweepSpans, owner: Owner) {
    this.#settings = settings
    this.#figures = figures
    this.#sweeps = sweeps
    this.#owner = new WeakRef(owner)
    const { name, disposeTimeoutMillis, telemetry } = settings
    this.#terms = {
      kind: 'cache.entry',
      name,
      timeoutMillis: disposeTimeoutMillis,
      leakThresholdMillis: false,
      span: SPAN_CACHE_DISPOSE,
      telemetry,
    }
  }

  /** Takes a value's ownership: with `dispose` it is a lease from now on. */
  own(value: V, bytes: number): HeldValue<V> | undefined {
    const { dispose, registry } = this.#settings
    if (dispose === undefined) return undefined
    const held = new HeldValue(value, bytes)
    const { ending } = held
    held.lease = registry.track(value, {
      ...this.#terms,
      cleanup: disposal(dispose, ending, this.#owner),
    })
    return held
  }

  /** A value is out. */
  readonly removed = (
    _value: V,
    bytes: number,
    held: HeldValue<V> | undefined,
    reason: RemovalReason,
  ): void => {
    const figures = this.#figures
    figures.removals[reason]++
    figures.removedBytes[reason] += bytes
    this.#sweeps.add(reason, bytes)
    if (held !== undefined) this.#retire(held, reason)
  }

  /** A value was taken, and not let in. @param held if it is owned already */
  refused(value: V, bytes: number, reason: RemovalReason, held?: HeldValue<V>): void {
    this.#figures.sets++
    this.removed(value, bytes, held ?? this.own(value, bytes), reason)
  }

  /** Once the last loan of a value that has left is over. */
  unlent(held: HeldValue<V>): void {
    this.#queue.push(held)
    this.run()
  }

  /** Begins the disposals that are due. To be called when all is in order. */
  run(): void {
    if (this.#isRunning || this.#queue.length === 0) return
    this.#isRunning = true
    let begun = 0
    for (; begun < this.#queue.length && begun < SLICE; begun++) this.#end(this.#queue[begun]!)
    this.#queue = begun === this.#queue.length ? [] : this.#queue.slice(begun)
    this.#isRunning = false
    if (this.#queue.length > 0) nextTurn(() => this.run())
  }

  /** Calls `told` once every value that has left is lent to nobody, and disposed of. */
  whenSettled(told: () => void): void {
    if (this.#figures.retiredEntries > 0) this.#whenNone.push(() => this.whenSettled(told))
    else told()
  }

  #retire(held: HeldValue<V>, reason: RemovalReason): void {
    held.ending.reason ??= reason
    if (held.lease === undefined && held.loans === 0) return
    held.isRetired = true
    this.#figures.retiredEntries++
    this.#figures.retiredBytes += held.bytes
    if (held.loans === 0) this.#queue.push(held)
  }

  #end(held: HeldValue<V>): void {
    const { lease } = held
    if (lease === undefined || held.loans > 0) {
      if (held.loans === 0) this.#ended(held)
      return
    }
    // Counted and told by core, whatever it comes to.
    const released = inBackground(() => lease.release())
    if (lease.state === 'released') this.#ended(held)
    else
      released.then(
        () => this.#ended(held),
        () => this.#ended(held),
      )
  }

  #ended(held: HeldValue<V>): void {
    if (!held.isRetired) return
    held.isRetired = false
    const figures = this.#figures
    figures.retiredEntries--
    figures.retiredBytes -= held.bytes
    if (figures.retiredEntries > 0) return
    const told = this.#whenNone
    this.#whenNone = []
    for (const tell of told) tell()
  }
}

type Dispose<V> = (value: V, reason: RemovalReason, signal: AbortSignal) => unknown

/** The lease's cleanup. Core gives one that does not declare a signal a shared one, which is cheaper. */
function disposal<V>(
  dispose: Dispose<V>,
  ending: Ending,
  owner: WeakRef<Owner>,
): (value: V, signal: AbortSignal) => unknown {
  const reasonNow = (): RemovalReason => {
    if (ending.reason === undefined) {
      ending.reason = 'closed'
      owner.deref()?.endedElsewhere(ending)
    }
    return ending.reason
  }
  return dispose.length >= 3
    ? (value, signal) => dispose(value, reasonNow(), signal)
    : value => (dispose as (value: V, reason: RemovalReason) => unknown)(value, reasonNow())
}
