import { context } from '@opentelemetry/api'
import { currentRequest, isLeaseholdError, withinRequest } from '@leasehold/core'
import { AbortWatch, abortReason } from './abort-watch.ts'
import type { CheckedAcquire } from './acquire-options.ts'
import type { PoolFrame } from './pool-frame.ts'
import { bindLease, PoolLease } from './pool-lease.ts'
import type { PoolPhase } from './pool-error.ts'
import type { Resource } from './resource.ts'
import { SPAN_POOL_ACQUIRE } from './telemetry/names.generated.ts'
import { WaitDeadlines } from './wait-deadlines.ts'
import { WaitQueue } from './wait-queue.ts'
import { Waiter, type WaiterOwner } from './waiter.ts'

/**
 * Brings together who waits and what is free. After each of its steps one of the two is empty, or as many creates are
 * under way as are wanted and allowed, or what prevents them has a moment at which it ends.
 */
export class Dispatcher<T> implements WaiterOwner<T> {
  readonly #frame: PoolFrame<T>
  readonly #queue: WaitQueue<T> = new WaitQueue()
  readonly #deadlines: WaitDeadlines<T>
  readonly #aborts: AbortWatch<T> = new AbortWatch()
  /** How many have left the queue for a resource that is being validated for them. */
  #claims: number = 0
  readonly #isTested: boolean
  readonly #ask: (resource: Resource<T>, now?: number) => void
  /** When an open breaker lets a create through again, while somebody waits for that. */
  readonly #retry: { dueAt: number; heapIndex: number; due(): void } = {
    dueAt: Infinity,
    heapIndex: -1,
    due: () => this.#frame.changed(),
  }
  #lastNumber: number = 0

  constructor(frame: PoolFrame<T>) {
    this.#frame = frame
    this.#deadlines = new WaitDeadlines(frame.deadlines, frame.settings.acquireTimeoutMillis)
    this.#isTested = frame.settings.testOnBorrow && frame.factory.validate !== undefined
    this.#ask = frame.validations.asker((resource, isValid) => this.#validated(resource, isValid))
  }

  get waiting(): number {
    return this.#queue.length + this.#claims
  }

  /** The usual case: something is idle, nobody waits, and nothing is to be asked. */
  lendIdle(): PoolLease<T> | undefined {
    const resource = this.#frame.idle.newest
    if (resource === undefined || this.#isTested || this.#frame.isDraining || this.#queue.length > 0) {
      return undefined
    }
    const { telemetry } = this.#frame
    const span = telemetry.spans.openServed()
    this.#takeIdle(resource)
    const lease = this.#lend(resource, undefined)
    if (span !== undefined) telemetry.spans.endServed(span)
    return lease
  }

  /** Everything else: ends in a lease or an error, and within the deadline. */
  acquire(asked: CheckedAcquire): Promise<PoolLease<T>> {
    const { signal } = asked
    if (signal?.aborted === true) return this.#refuse(abortReason(signal))
    if (this.#frame.isDraining) return this.#refuse(this.#frame.errors.draining())
    const lease = this.lendIdle()
    if (lease !== undefined) return Promise.resolve(lease)
    // Nobody waits, and something is idle: it only has to be asked whether it is still good.
    const candidate = this.#queue.length === 0 ? this.#frame.idle.newest : undefined
    const refusal = candidate === undefined ? this.#refusal() : undefined
    if (refusal !== undefined) return this.#refuse(refusal)
    const operation = this.#frame.telemetry.spans.begin(SPAN_POOL_ACQUIRE, 'pool.loan')
    const waiter = new Waiter<T>(this, ++this.#lastNumber, this.#frame.clock.now(), asked, {
      context: context.active(),
      request: currentRequest(),
      operation,
    })
    if (candidate === undefined) {
      this.#queue.add(waiter)
      this.pump()
    } else {
      this.#takeIdle(candidate)
      this.#serve(waiter, candidate, waiter.enqueuedAt)
    }
    if (waiter.isPending) {
      this.#deadlines.add(waiter, asked.timeoutMillis)
      if (signal !== undefined) this.#watch(signal, waiter)
    }
    return waiter.promise
  }

  /** A resource has become free, and is the pool's again: to whoever waits, or to the idle. */
  offer(resource: Resource<T>): void {
    const reason = this.#frame.returns.reasonToRetire(resource)
    if (reason !== undefined) {
      void this.#frame.retirements.retire(resource, reason)
      return
    }
    const waiter = this.#queue.shift()
    if (waiter !== undefined) {
      this.#serve(waiter, resource)
      return
    }
    resource.isFresh = false
    this.#frame.move(resource, 'idle')
    this.#frame.idle.add(resource)
    this.#frame.upkeep.watch()
  }

  /** Serves with what is idle, and has made what is missing, as far as may be. */
  pump(): void {
    const { idle, counts, settings, creations } = this.#frame
    for (let resource = idle.newest; resource !== undefined; resource = idle.newest) {
      const waiter = this.#queue.shift()
      if (waiter === undefined) return
      this.#takeIdle(resource)
      this.#serve(waiter, resource)
    }
    while (this.#queue.length > counts.creating && counts.size < settings.max && !this.#frame.isDraining) {
      if (!creations.breaker.allows()) {
        this.#blocked()
        return
      }
      creations.start(this.#queue.nextWithoutCreation())
    }
  }

  /** The create begun for a waiter has failed: it is its error. */
  fail(waiter: Waiter<T>, error: unknown): void {
    this.#leave(waiter)
    const { telemetry } = this.#frame
    if (isLeaseholdError(error) && error.code === 'ERR_POOL_TIMEOUT') telemetry.acquireTimedOut()
    telemetry.spans.end(waiter.operation, { error })
    waiter.reject(error)
  }

  rejectAll(error: () => unknown): void {
    for (let waiter = this.#queue.shift(); waiter !== undefined; waiter = this.#queue.shift()) {
      this.fail(waiter, error())
    }
    for (const { claimant } of this.#frame.all) if (claimant !== undefined) this.fail(claimant, error())
  }

  timedOut(waiter: Waiter<T>, now: number): void {
    const elapsedMillis = now - waiter.enqueuedAt
    const phase = phaseOf(waiter)
    const error = this.#frame.errors.acquireTimeout(phase, elapsedMillis, this.#frame.creations.because)
    this.#frame.countTimeout(phase, elapsedMillis)
    this.fail(waiter, error)
  }

  aborted(waiter: Waiter<T>, reason: unknown): void {
    if (waiter.isPending) this.fail(waiter, reason)
  }

  /** The span of an acquire that was refused at once is one of a moment. */
  #refuse(error: unknown): Promise<never> {
    const { spans } = this.#frame.telemetry
    spans.end(spans.begin(SPAN_POOL_ACQUIRE, 'pool.loan'), { error })
    return rejected(error)
  }

  /** Why an acquire may not even wait. */
  #refusal(): unknown {
    const { counts, settings, creations, errors, idle } = this.#frame
    if (idle.newest !== undefined) return undefined
    if (counts.size < settings.max && creations.breaker.allows()) return undefined
    if (this.#isHopeless()) return this.#breakerError()
    const idlers = this.#queue.length - Math.min(counts.creating, this.#queue.length)
    return idlers >= settings.maxWaitingClients ? errors.queueFull(idlers) : undefined
  }

  /** The breaker is open, and nothing is there that could come back. */
  #isHopeless(): boolean {
    const { counts, creations } = this.#frame
    return counts.live === 0 && creations.breaker.state === 'open' && !creations.breaker.allows()
  }

  #breakerError(): unknown {
    const { errors, creations } = this.#frame
    return errors.breakerOpen(creations.breaker.retryAfterMillis, creations.because)
  }

  /** The breaker forbids what is wanted: nobody waits for nothing, and who waits for more than nothing is woken. */
  #blocked(): void {
    if (this.#isHopeless()) this.rejectAll(() => this.#breakerError())
    const { retryAt } = this.#frame.creations.breaker
    if (retryAt !== undefined && this.#queue.length > 0 && this.#retry.heapIndex === -1) {
      this.#frame.deadlines.add(this.#retry, retryAt)
    }
  }

  #takeIdle(resource: Resource<T>): void {
    const { idle, store } = this.#frame
    idle.remove(resource)
    if (resource.isStored) {
      resource.isStored = false
      store.take(resource)
    }
  }

  #serve(waiter: Waiter<T>, resource: Resource<T>, now?: number): void {
    if (this.#isTested && !resource.isFresh) this.#validate(waiter, resource, now)
    else this.#grant(waiter, resource)
  }

  #grant(waiter: Waiter<T>, resource: Resource<T>): void {
    this.#leave(waiter)
    // In the waiter's context, not that of whoever has just released.
    const lease = withinRequest(waiter.request, () =>
      waiter.context === context.active()
        ? this.#lend(resource, waiter)
        : context.with(waiter.context, () => this.#lend(resource, waiter)),
    )
    this.#frame.telemetry.spans.end(waiter.operation)
    waiter.resolve(lease)
  }

  /** @param waiter undefined where nobody has waited */
  #lend(resource: Resource<T>, waiter: Waiter<T> | undefined): PoolLease<T> {
    const { registry, events, telemetry, clock } = this.#frame
    this.#frame.move(resource, 'borrowed')
    resource.isFresh = false
    if (telemetry.isFallback) resource.lentAt = clock.now()
    const lease = registry.track<T, PoolLease<T>>(resource.value, resource.loanOptions, PoolLease)
    const loan = bindLease(lease, resource)
    let waitMillis = 0
    if (waiter === undefined) telemetry.served()
    else {
      // A clock costs as much as a promise: the registry has just looked at it.
      const now = registry.clock === clock ? loan.acquiredAt : clock.now()
      waitMillis = now - waiter.enqueuedAt
      telemetry.waited(waitMillis)
    }
    if (events.lists.acquire.length > 0) events.emit('acquire', { type: 'acquire', waitMillis })
    return lease
  }

  #validate(waiter: Waiter<T>, resource: Resource<T>, now: number | undefined): void {
    this.#frame.move(resource, 'validating')
    waiter.candidate = resource
    resource.claimant = waiter
    this.#claims++
    this.#ask(resource, now)
  }

  #validated(resource: Resource<T>, isValid: boolean): void {
    const { retirements, returns } = this.#frame
    const waiter = resource.claimant
    if (waiter !== undefined) this.#disclaim(waiter, resource)
    const reason = isValid ? returns.reasonToRetire(resource) : 'invalid'
    if (reason !== undefined) {
      void retirements.retire(resource, reason)
      if (waiter !== undefined) this.#queue.addAgain(waiter)
      this.#frame.changed()
    } else if (waiter === undefined) this.offer(resource)
    else this.#grant(waiter, resource)
  }

  #disclaim(waiter: Waiter<T>, resource: Resource<T>): void {
    resource.claimant = undefined
    waiter.candidate = undefined
    this.#claims--
  }

  /** It waits no longer, for whatever reason. Its slot was never its own: nothing is lost with it. */
  #leave(waiter: Waiter<T>): void {
    waiter.isPending = false
    this.#queue.remove(waiter)
    if (waiter.candidate !== undefined) this.#disclaim(waiter, waiter.candidate)
    this.#deadlines.remove(waiter)
    if (waiter.signal !== undefined) this.#aborts.remove(waiter.signal, waiter)
    if (waiter.creation !== undefined) waiter.creation.requester = undefined
    waiter.creation = undefined
    if (this.#queue.length === 0) this.#frame.deadlines.remove(this.#retry)
  }

  #watch(signal: AbortSignal, waiter: Waiter<T>): void {
    try {
      this.#aborts.add(signal, waiter)
    } catch (error) {
      this.fail(waiter, error)
    }
  }
}

function phaseOf<T>(waiter: Waiter<T>): PoolPhase {
  if (waiter.candidate !== undefined) return 'validate'
  return waiter.creation === undefined ? 'wait' : 'create'
}

function rejected(reason: unknown): Promise<never> {
  // A reason is the program's own, whatever it is.
  // eslint-disable-next-line typescript/prefer-promise-reject-errors
  return Promise.reject(reason)
}
