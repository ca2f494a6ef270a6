import { context } from '@opentelemetry/api'
import { isLeaseholdError } from '@leasehold/core'
import { AbortWatch, abortReason } from './abort-watch.ts'
import type { CheckedAcquire } from './acquire-options.ts'
import { Blockade } from './blockade.ts'
import { Claims } from './claims.ts'
import { Loans } from './loans.ts'
import type { PoolFrame } from './pool-frame.ts'
import type { PoolLease } from './pool-lease.ts'
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
  readonly #claims: Claims<T>
  readonly #isTested: boolean
  readonly #loans: Loans<T>
  readonly #blockade: Blockade<T>
  #isPumping: boolean = false
  #lastNumber: number = 0

  constructor(frame: PoolFrame<T>) {
    this.#frame = frame
    this.#loans = new Loans(frame)
    this.#blockade = new Blockade(frame)
    this.#deadlines = new WaitDeadlines(frame.deadlines, frame.settings.acquireTimeoutMillis)
    this.#isTested = frame.settings.testOnBorrow && frame.factory.validate !== undefined
    this.#claims = new Claims(frame, (resource, isValid, waiter) => {
      this.#validated(resource, isValid, waiter)
    })
  }

  get waiting(): number {
    return this.#queue.length + this.#claims.length
  }

  /** The usual case: something is idle, nobody waits, and nothing is to be asked. */
  lendIdle(): PoolLease<T> | undefined {
    const resource = this.#frame.idle.newest
    if (resource === undefined || this.#isTested || this.#frame.isDraining || this.#queue.length > 0) {
      return undefined
    }
    // Before the span: an SDK is somebody else's code, and may want a resource, too.
    this.#loans.takeIdle(resource)
    const { spans } = this.#frame.telemetry
    const current = spans.isOpening ? context.active() : undefined
    const span = current === undefined ? undefined : spans.openServed(current)
    const lease = this.#loans.lendAtOnce(resource, current)
    if (span !== undefined) spans.endServed(span)
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
    if (candidate !== undefined) this.#loans.takeIdle(candidate)
    else {
      const refusal = this.#refusal()
      if (refusal !== undefined) return this.#refuse(refusal)
    }
    const operation = this.#frame.telemetry.spans.loans.begin(SPAN_POOL_ACQUIRE)
    const now = this.#frame.clock.now()
    const stack = this.#loans.acquiringStack(now)
    const waiter = new Waiter<T>(this, ++this.#lastNumber, now, asked, stack, operation)
    if (candidate === undefined) {
      this.#queue.add(waiter)
      this.pump()
    } else {
      this.#serve(waiter, candidate, waiter.enqueuedAt)
    }
    if (waiter.isPending) {
      if (waiter.candidate === undefined || !this.#isAskedInTime(waiter)) this.#deadlines.add(waiter)
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

  /**
   * Serves with what is idle, and has made what is missing, as far as may be. What that calls may change things again:
   * the one call sees to it all, however often.
   */
  pump(): void {
    if (this.#isPumping) return
    this.#isPumping = true
    try {
      while (this.#serveNext() || this.#createNext()) continue
    } finally {
      this.#isPumping = false
    }
  }

  #serveNext(): boolean {
    const resource = this.#frame.idle.newest
    const waiter = resource === undefined ? undefined : this.#queue.shift()
    if (waiter === undefined) return false
    this.#loans.takeIdle(resource!)
    this.#serve(waiter, resource!)
    return true
  }

  #createNext(): boolean {
    const { counts, settings, creations, isDraining } = this.#frame
    if (this.#queue.length <= creations.promising || counts.size >= settings.max || isDraining) return false
    if (!creations.breaker.allows()) {
      this.#blocked()
      return false
    }
    creations.start(this.#queue.nextWithoutCreation())
    return true
  }

  /** The create begun for a waiter has failed: it is its error. */
  fail(waiter: Waiter<T>, error: unknown): void {
    this.#leave(waiter, false)
    const { telemetry } = this.#frame
    if (isLeaseholdError(error) && error.code === 'ERR_POOL_TIMEOUT') telemetry.acquireTimedOut()
    telemetry.spans.loans.end(waiter.operation, { error })
    waiter.reject(error)
  }

  /** What was created for it has been offered; perhaps it went to another. */
  unserved(waiter: Waiter<T>): void {
    this.#queue.seekAgain(waiter)
  }

  rejectAll(error: () => unknown): void {
    for (let waiter = this.#queue.shift(); waiter !== undefined; waiter = this.#queue.shift()) {
      this.fail(waiter, error())
    }
    for (const waiter of this.#claims) this.fail(waiter, error())
  }

  timedOut(waiter: Waiter<T>, now: number): void {
    const elapsedMillis = now - waiter.enqueuedAt
    const phase = phaseOf(waiter)
    const error = this.#frame.errors.acquireTimeout(phase, elapsedMillis, this.#frame.creations.because)
    // It is over before listeners are told, who may end the pool.
    this.fail(waiter, error)
    this.#frame.countTimeout(phase, elapsedMillis)
  }

  aborted(waiter: Waiter<T>, reason: unknown): void {
    if (waiter.isPending) this.fail(waiter, reason)
  }

  /** The span of an acquire that was refused at once is one of a moment. */
  #refuse(error: unknown): Promise<never> {
    const { loans } = this.#frame.telemetry.spans
    loans.end(loans.begin(SPAN_POOL_ACQUIRE), { error })
    return rejected(error)
  }

  /** Why an acquire may not even wait. */
  #refusal(): unknown {
    const { counts, settings, creations, errors, idle } = this.#frame
    if (idle.newest !== undefined) return undefined
    if (counts.size < settings.max && creations.breaker.allows()) return undefined
    const { refusal } = this.#blockade
    if (refusal !== undefined) return refusal
    const idlers = Math.max(0, this.#queue.length - creations.promising)
    return idlers >= settings.maxWaitingClients ? errors.queueFull(idlers) : undefined
  }

  /** The breaker forbids what is wanted. */
  #blocked(): void {
    const { refusal } = this.#blockade
    if (refusal !== undefined) this.rejectAll(() => this.#blockade.refusal ?? refusal)
    if (this.#queue.length > 0) this.#blockade.watch()
  }

  #serve(waiter: Waiter<T>, resource: Resource<T>, now?: number): void {
    if (this.#isTested && !resource.isFresh) this.#claims.claim(waiter, resource, now)
    else this.#grant(waiter, resource)
  }

  #grant(waiter: Waiter<T>, resource: Resource<T>): void {
    this.#leave(waiter, true)
    const lease = this.#loans.lendTo(waiter, resource)
    if (waiter.operation !== undefined) this.#frame.telemetry.spans.loans.end(waiter.operation)
    waiter.resolve(lease)
  }

  #validated(resource: Resource<T>, isValid: boolean, waiter: Waiter<T> | undefined): void {
    const { retirements, returns } = this.#frame
    const reason = isValid ? returns.reasonToRetire(resource) : 'invalid'
    if (reason !== undefined) {
      // Before destroy is called, which may abort it, or drain the pool: whoever waits is where it can be found.
      if (waiter !== undefined) this.#waitAgain(waiter)
      void retirements.retire(resource, reason)
      this.#frame.changed()
    } else if (waiter === undefined) this.offer(resource)
    else this.#grant(waiter, resource)
  }

  #waitAgain(waiter: Waiter<T>): void {
    if (this.#frame.isDraining) {
      this.fail(waiter, this.#frame.errors.draining())
      return
    }
    this.#queue.addAgain(waiter)
    this.#deadlines.addLate(waiter)
  }

  /** It will have its answer, or wait in the queue, before its own time is over: most never need a deadline. */
  #isAskedInTime({ timeoutMillis }: Waiter<T>): boolean {
    return timeoutMillis > this.#frame.settings.validateTimeoutMillis
  }

  /** It waits no longer, for whatever reason. Its slot was never its own: nothing is lost with it. */
  #leave(waiter: Waiter<T>, isServed: boolean): void {
    waiter.isPending = false
    this.#queue.remove(waiter)
    this.#claims.leave(waiter)
    this.#deadlines.remove(waiter)
    if (waiter.signal !== undefined) this.#aborts.remove(waiter.signal, waiter)
    if (waiter.creation !== undefined) this.#frame.creations.leave(waiter.creation, isServed)
    waiter.creation = undefined
    if (this.#queue.length === 0) this.#blockade.unwatch()
  }

  #watch(signal: AbortSignal, waiter: Waiter<T>): void {
    try {
      this.#aborts.add(signal, waiter)
      // By what was called meanwhile: a create, for example.
      if (signal.aborted) this.aborted(waiter, abortReason(signal))
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
