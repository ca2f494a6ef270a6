import { CacheErrors } from './cache-error.ts'
import { CacheFigures, heldWith } from './cache-figures.ts'
import type { CacheSettings } from './cache-options.ts'
import { sizeOfValue } from './call-options.ts'
import type { Entry } from './entry.ts'
import { slotOf } from './entry.ts'
import { EntryStore } from './entry-store.ts'
import { ExpirySweep } from './expiry-sweep.ts'
import { HeldValue, type Ending } from './held-value.ts'
import type { Load } from './load.ts'
import { Loads } from './loads.ts'
import { Loans } from './loans.ts'
import { Rejections } from './rejections.ts'
import type { RemovalReason } from './removal-reason.ts'
import { Retirements, type Owner } from './retirements.ts'
import { CacheTelemetry } from './telemetry/cache-telemetry.ts'

/** What the parts of one cache share. */
export class CacheFrame<K, V> implements Owner {
  readonly settings: CacheSettings<K, V>
  readonly figures: CacheFigures = new CacheFigures()
  readonly errors: CacheErrors
  readonly telemetry: CacheTelemetry
  readonly store: EntryStore<K, V>
  readonly retirements: Retirements<K, V>
  readonly loans: Loans<K, V>
  readonly loads: Loads<K, V>
  readonly openLoads: Set<Load<K, V>> = new Set()
  readonly rejections: Rejections<K>
  readonly sweep: ExpirySweep
  /** Whether anybody wants to know how large values are. */
  readonly isSized: boolean
  isClosed: boolean = false
  /** Up to what {@link heldWith} something is let in: less than the limits while memory is short. */
  admitsUpTo: number = Infinity

  constructor(settings: CacheSettings<K, V>) {
    const { figures } = this
    const { name, owner, clock } = settings
    this.settings = settings
    figures.maxEntries = settings.maxEntries
    figures.maxBytes = settings.maxBytes
    this.isSized = settings.maxBytes !== Infinity || settings.sizeOf !== undefined
    this.telemetry = new CacheTelemetry(settings, figures)
    this.errors = new CacheErrors(name, owner)
    this.retirements = new Retirements(settings, figures, this.telemetry.sweeps, this)
    const { staleWhileRevalidateMillis } = settings
    this.store = new EntryStore(
      figures,
      () => clock.now(),
      staleWhileRevalidateMillis,
      this.retirements.removed,
    )
    this.loans = new Loans(settings, figures, this.retirements)
    this.rejections = new Rejections(clock, settings.negativeTtlMillis, settings.maxEntries)
    this.loads = new Loads(this)
    this.sweep = new ExpirySweep(clock, this)
  }

  refuseWhenClosed(): void {
    if (this.isClosed) throw this.errors.closed()
  }

  /** @throws whatever `sizeOf` throws, and ConfigError where it answers nonsense or is missing */
  sizeOf(value: V, key: K): number {
    return this.isSized ? sizeOfValue(this.settings, value, key) : 0
  }

  /** Puts a value in. @param old what the key has now @returns why not, if not: then the key has nothing any more, and the value is whose it was */
  admit(
    old: Entry<V> | undefined,
    key: K,
    value: V,
    bytes: number,
    ttlMillis: number,
  ): RemovalReason | undefined {
    const { store } = this
    const isSame = old !== undefined && Object.is(old.value, value)
    const isShort = this.admitsUpTo !== Infinity && !isSame && heldWith(this.figures, bytes) > this.admitsUpTo
    const refusal = store.isTooLarge(bytes) ? 'bytes' : isShort ? 'pressure' : undefined
    if (refusal !== undefined) {
      if (old !== undefined) store.remove(key, old, isSame ? refusal : 'replaced')
      return refusal
    }
    const expiresAt = ttlMillis === Infinity ? Infinity : this.settings.clock.now() + ttlMillis
    const held = isSame ? undefined : this.retirements.own(value, bytes)
    // A listener of the registry's may have used the cache meanwhile.
    const now = held === undefined ? old : store.get(key)
    if (now === undefined) store.add(key, value, bytes, expiresAt, held)
    else if (isSame) store.renew(key, now, bytes, expiresAt)
    else store.replace(key, now, value, bytes, expiresAt, held)
    if (this.isClosed) store.removeAll('closed')
    if (store.isTimed) {
      store.sweep(2)
      this.sweep.arm()
    }
    return undefined
  }

  /** Ends a value that was not let in, unless it is what the key has anyway. */
  refused(key: K, value: V, bytes: number, reason: RemovalReason, held?: HeldValue<V>): void {
    const entry = this.store.get(key)
    if (entry !== undefined && Object.is(entry.value, value) && held === undefined) return
    this.retirements.refused(value, bytes, reason, held)
  }

  /** What a loan of the entry's value is to be of. */
  holdOf(entry: Entry<V>): HeldValue<V> {
    const { store } = this
    let held = store.heldAt(entry)
    if (held === undefined) {
      held = new HeldValue(entry.value, store.slots.bytesOf(slotOf(entry)))
      store.hold(entry, held)
    }
    return held
  }

  /** The registry has ended a value by itself, in a drain of everything: it is not to be handed out any more. */
  endedElsewhere(ending: Ending): void {
    this.store.removeAt(ending.slot, held => held.ending === ending, 'closed')
    this.retirements.run()
  }

  /** Calls `fn`, which makes many values leave, and tells of that in a span of its own. */
  sweeping<R>(fn: () => R): R {
    const { sweeps } = this.telemetry
    sweeps.tell()
    try {
      return fn()
    } finally {
      sweeps.tell()
      this.retirements.run()
    }
  }
}
