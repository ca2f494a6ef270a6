import { DeadlineQueue, describeError, warnOnce } from '@leasehold/core'
import type { CacheFrame } from './cache-frame.ts'
import type { CacheLease } from './cache-lease.ts'
import { HeldValue } from './held-value.ts'
import { Load, type Loaded, type LoadPlan } from './load.ts'
import { LoadCaller, type Wants } from './load-caller.ts'
import type { RemovalReason } from './removal-reason.ts'
import { SPAN_CACHE_LOAD } from './telemetry/names.generated.ts'

/**
 * The loads in flight, one for each key, however many wait for it. They are not in the cache: what is evicted meanwhile
 * has nothing to do with them.
 */
export class Loads<K, V> {
  readonly deadlines: DeadlineQueue
  readonly #frame: CacheFrame<K, V>
  readonly #inFlight: Map<K, Load<K, V>> = new Map()
  readonly #plan: LoadPlan<K, V>

  constructor(frame: CacheFrame<K, V>) {
    this.#frame = frame
    const { settings, errors } = frame
    this.deadlines = new DeadlineQueue(settings.clock)
    this.#plan = {
      clock: settings.clock,
      deadlines: this.deadlines,
      timeoutMillis: settings.loadTimeoutMillis,
      attempts: settings.loadAttempts,
      call: ({ key, operation }, signal) =>
        frame.telemetry.spans.within(operation, () => settings.load!(key, signal)),
      timeout: (elapsedMillis, latest) => errors.loadTimeout(elapsedMillis, latest),
      done: (load, loaded) => this.#done(load, loaded),
      late: (load, value) => this.#late(load, value),
    }
  }

  /** Waits for the key's load, which is begun if there is none. */
  join(key: K, wants: Wants, signal: AbortSignal | undefined): Promise<V | CacheLease<V>> {
    const running = this.#inFlight.get(key)
    const load = running ?? this.#open(key, false)
    const caller = new LoadCaller<V>(wants, signal, left => this.#left(load, left))
    load.callers.add(caller)
    if (running === undefined) load.start()
    return caller.promise
  }

  /** Begins a load for the sake of a stale value, if there is none. */
  refresh(key: K): void {
    if (this.#inFlight.has(key) || this.#frame.rejections.get(key) !== undefined) return
    this.#open(key, true).start()
  }

  /** What the key's load answers is its callers', not the cache's; the next fetch loads anew. */
  detach(key: K, reason: RemovalReason): void {
    if (this.#inFlight.size === 0) return
    const load = this.#inFlight.get(key)
    if (load === undefined) return
    load.detachedBy = reason
    this.#inFlight.delete(key)
  }

  detachAll(reason: RemovalReason): void {
    for (const key of [...this.#inFlight.keys()]) this.detach(key, reason)
  }

  /** All that wait are told `error`. */
  giveUpAll(error: unknown): void {
    for (const load of [...this.#frame.openLoads]) {
      load.detachedBy ??= 'closed'
      load.giveUp(error)
    }
  }

  #open(key: K, isRefresh: boolean): Load<K, V> {
    const { figures, openLoads, telemetry } = this.#frame
    const load = new Load(this.#plan, key, isRefresh)
    load.operation = telemetry.spans.beginInBackground(SPAN_CACHE_LOAD)
    this.#inFlight.set(key, load)
    openLoads.add(load)
    figures.loadsStarted++
    figures.loadsInFlight++
    return load
  }

  #left(load: Load<K, V>, caller: LoadCaller<V>): void {
    load.callers.delete(caller)
    if (load.callers.size > 0 || load.isRefresh) return
    load.detachedBy ??= 'deleted'
    load.giveUp(new DOMException('Nobody waits for it any more', 'AbortError'))
  }

  #done(load: Load<K, V>, loaded: Loaded<V>): void {
    const { figures, openLoads, retirements, settings, telemetry } = this.#frame
    if (this.#inFlight.get(load.key) === load) this.#inFlight.delete(load.key)
    openLoads.delete(load)
    figures.loadsInFlight--
    telemetry.loaded(settings.clock.now() - load.startedAt)
    telemetry.spans.end(load.operation, loaded.ok ? {} : { error: loaded.error })
    if (loaded.ok) this.#deliver(load, loaded.value)
    else this.#failed(load, loaded.error)
    retirements.run()
  }

  #failed(load: Load<K, V>, error: unknown): void {
    const { figures, rejections } = this.#frame
    const isAborted = load.callers.size === 0 && !load.isRefresh
    if (!isAborted) figures.loadsFailed++
    // Of one that was detached the cache wants to know nothing more; but a time-out is an answer.
    if (!isAborted && (load.detachedBy === undefined || load.detachedBy === 'expired')) {
      rejections.add(load.key, error)
    }
    for (const caller of load.callers) caller.reject(error)
  }

  #deliver(load: Load<K, V>, value: V): void {
    const { callers } = load
    const refusal = this.#admit(load, value)
    const held = this.#holder(load, value, refusal)
    for (const caller of callers) {
      caller.unlisten()
      caller.resolve(caller.wants === 'value' ? value : this.#frame.loans.lend(held!))
    }
    if (refusal !== undefined && !isGivenAway(load)) {
      this.#frame.refused(load.key, value, refusal.bytes, refusal.reason, held)
    }
  }

  /** What loans are to be of: what the cache has, or what it would not have. */
  #holder(load: Load<K, V>, value: V, refusal: Refusal | undefined): HeldValue<V> | undefined {
    const { store, retirements } = this.#frame
    if (![...load.callers].some(({ wants }) => wants === 'lease')) return undefined
    if (refusal === undefined) {
      const entry = store.get(load.key)
      return entry === undefined ? new HeldValue(value, 0) : this.#frame.holdOf(entry)
    }
    // Whoever got it without a lease may use it for ever: it is theirs.
    if (isGivenAway(load)) return new HeldValue(value, 0)
    return retirements.own(value, refusal.bytes) ?? new HeldValue(value, refusal.bytes)
  }

  /** Puts it into the cache. @returns why not, if not */
  #admit(load: Load<K, V>, value: V): Refusal | undefined {
    const { settings } = this.#frame
    const { key } = load
    let bytes = 0
    try {
      bytes = this.#frame.sizeOf(value, key)
    } catch (error) {
      warnOnce(
        `sizeOf:${settings.owner}`,
        `${settings.owner}: a loaded value has no size: ${describeError(error)}`,
      )
      load.detachedBy ??= 'bytes'
    }
    // The program's sizeOf may have set or deleted it.
    if (load.detachedBy !== undefined) return { reason: load.detachedBy, bytes }
    const reason = this.#frame.admit(this.#frame.store.get(key), key, value, bytes, settings.ttlMillis)
    return reason === undefined ? undefined : { reason, bytes }
  }

  /** It answers though it was given up. */
  #late(load: Load<K, V>, value: V): void {
    this.#frame.refused(load.key, value, 0, load.detachedBy ?? 'deleted')
    this.#frame.retirements.run()
  }
}

/** Why a value was not let in. */
interface Refusal {
  readonly reason: RemovalReason
  readonly bytes: number
}

/** Whether somebody has it who holds no lease. */
function isGivenAway<K, V>({ callers }: Load<K, V>): boolean {
  for (const { wants } of callers) if (wants === 'value') return true
  return false
}
