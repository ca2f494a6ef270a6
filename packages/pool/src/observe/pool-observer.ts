import { context, trace } from '@opentelemetry/api'
import { currentRequest, describeError, warnOnce, type Operation } from '@leasehold/core'
import type { IdentitySettings } from '../pool-identity.ts'
import type { PoolStatus } from '../pool-status.ts'
import { SPAN_POOL_ACQUIRE } from '../telemetry/names.generated.ts'
import { PoolTelemetry } from '../telemetry/pool-telemetry.ts'
import { behindOurSpan, callersContext, inCallersContext } from './callers-context.ts'
import type {
  ForeignBooks,
  ForeignLoan,
  ForeignPool,
  ForeignRequest,
  ForeignResource,
  Observable,
} from './foreign-pool.ts'
import { ObservedFactory } from './observed-factory.ts'
import { ObservedLoans, type Borrower } from './observed-loans.ts'
import { ObservedResources } from './observed-resources.ts'
import { Patches } from './patches.ts'

/** One call of `acquire`. */
interface Asked extends Borrower {
  readonly operation: Operation | undefined
  readonly at: number
  isQueued: boolean
  isOver: boolean
}

/**
 * Watches one generic-pool at the places where its own books change, so that what is told is exactly what it did: it
 * acts nowhere, attaches to no promise of a caller's, and lets nothing of ours be felt.
 */
export class PoolObserver {
  readonly #pool: ForeignPool
  readonly #books: ForeignBooks
  readonly #settings: IdentitySettings
  readonly #telemetry: PoolTelemetry
  readonly #factory: ObservedFactory
  readonly #resources: ObservedResources
  readonly #loans: ObservedLoans
  readonly #patches: Patches = new Patches()
  /** Creates that were under way before. */
  readonly #earlier: readonly Observable[]
  /** The innermost acquire that is on the stack. */
  #asking: Asked | undefined
  /** Whose request has just been served. */
  #served: Asked | undefined
  /** What is being destroyed, until its factory is called. */
  #ending: ForeignResource | undefined

  constructor(pool: ForeignPool, books: ForeignBooks, settings: IdentitySettings) {
    this.#pool = pool
    this.#books = books
    this.#settings = settings
    this.#telemetry = new PoolTelemetry(settings, this)
    this.#factory = new ObservedFactory(books, settings, this.#telemetry)
    this.#resources = new ObservedResources(books, settings, this.#telemetry)
    this.#loans = new ObservedLoans(settings, this.#telemetry)
    this.#earlier = [...books.creates]
    for (const resource of books.all) this.#resources.born(resource)
    for (const [value, loan] of books.loans) this.#loans.begun(loan, value, whoeverIsCurrent())
  }

  /** As generic-pool's own books have it, but for what they get wrong after a `clear()`. */
  status(): PoolStatus {
    const { all, available, validating, creates } = this.#books
    const { pending, max, min, _draining: draining } = this.#pool
    let idle = 0
    for (const resource of available) if (all.has(resource)) idle++
    const { destroying } = this.#resources
    const creating = this.#factory.creating + this.#earlier.filter(create => creates.has(create)).length
    return {
      size: all.size + creating + destroying,
      idle,
      borrowed: all.size - idle - validating.size,
      validating: validating.size,
      resetting: 0,
      creating,
      destroying,
      waiting: pending,
      max,
      min,
      breaker: 'disabled',
      draining,
    }
  }

  /** From now on, until the pool is drained and has nothing left. */
  watch(): void {
    const pool = this.#pool
    const patches = this.#patches
    const { all, queue } = this.#books
    patches.value(
      pool,
      '_factory',
      this.#factory.facade(own => this.#destroyed(own)),
    )
    patches.method(
      pool,
      'acquire',
      original =>
        (...args) =>
          this.#acquire(() => original(...args)),
    )
    patches.method(
      pool,
      'emit',
      original =>
        (...args) =>
          inCallersContext(() => original(...args)),
    )
    patches.method(pool, 'drain', original => (...args) => {
      const drained = original(...args) as Observable
      drained.then(this.#closeIfOver, this.#closeIfOver)
      return drained
    })
    patches.method(pool, '_destroy', original => (resource: ForeignResource) => {
      const outer = this.#ending
      this.#ending = resource
      try {
        return original(resource)
      } finally {
        this.#ending = outer
      }
    })
    patches.method(
      pool,
      '_dispatchPooledResourceToNextWaitingClient',
      original => (resource: ForeignResource) => this.#dispatch(resource, () => original(resource)),
    )
    patches.method(all, 'add', original => (resource: ForeignResource) => {
      this.#unfelt(() => context.with(callersContext(), () => this.#resources.born(resource)))
      return original(resource)
    })
    patches.method(queue, 'enqueue', original => (request: ForeignRequest, ...rest: unknown[]) => {
      original(request, ...rest)
      this.#unfelt(() => this.#queued(request))
    })
  }

  #acquire(original: () => unknown): unknown {
    const operation = this.#telemetry.spans.loans.begin(SPAN_POOL_ACQUIRE)
    const caller = context.active()
    const at = this.#settings.clock.now()
    const stack = this.#loans.acquiringStack(at)
    const by = { context: caller, request: currentRequest(), stack }
    const asked: Asked = { ...by, operation, at, isQueued: false, isOver: false }
    const outer = this.#asking
    this.#asking = asked
    try {
      const span = operation?.span
      const within = span === undefined ? caller : trace.setSpan(caller, span)
      const promise = this.#isTold ? behindOurSpan(within, original) : original()
      if (!asked.isQueued) this.#failed(asked, this.#refusal())
      return promise
    } catch (error) {
      this.#failed(asked, error)
      throw error
    } finally {
      this.#asking = outer
    }
  }

  /** Whether acquires have spans of ours, so that others' would double them. */
  get #isTold(): boolean {
    return this.#settings.telemetry.spans !== 'off'
  }

  /** Not asked of the promise: whoever does not look at a rejection shall hear of it as before. */
  #refusal(): Error {
    const { _draining: isDraining } = this.#pool
    return new Error(
      isDraining ? 'pool is draining and cannot accept work' : 'max waitingClients count exceeded',
    )
  }

  #queued(request: ForeignRequest): void {
    const asked = this.#asking
    if (asked === undefined || asked.isQueued) return
    asked.isQueued = true
    const { resolve } = request
    request.resolve = value => {
      Reflect.deleteProperty(request, 'resolve')
      this.#served = asked
      resolve.call(request, value)
    }
    // generic-pool itself listens to its rejection.
    request.promise.then(undefined, reason => {
      this.#telemetry.timedOut('wait')
      this.#telemetry.acquireTimedOut()
      this.#failed(asked, reason)
    })
  }

  #dispatch(resource: ForeignResource, original: () => unknown): unknown {
    const { loans } = this.#books
    const before = loans.get(resource.obj)
    this.#served = undefined
    const result = original()
    const loan = loans.get(resource.obj)
    const asked = this.#served
    if (loan !== undefined && loan !== before) this.#unfelt(() => this.#lent(loan, resource.obj, asked))
    return result
  }

  #lent(loan: ForeignLoan, value: unknown, asked: Asked | undefined): void {
    this.#loans.begun(loan, value, asked ?? whoeverIsCurrent())
    if (asked === undefined || asked.isOver) return
    asked.isOver = true
    if (asked === this.#asking) this.#telemetry.served()
    else this.#telemetry.waited(this.#settings.clock.now() - asked.at)
    this.#telemetry.spans.loans.end(asked.operation)
  }

  #failed(asked: Asked, error: unknown): void {
    if (asked.isOver) return
    asked.isOver = true
    this.#telemetry.spans.loans.end(asked.operation, { error })
  }

  #destroyed(own: () => unknown): unknown {
    const resource = this.#ending
    this.#ending = undefined
    return this.#resources.destroyed(resource, own, this.#closeIfOver)
  }

  /** A drained pool cannot be filled again: when it has nothing left, nothing more is to be told of it. */
  readonly #closeIfOver = (): void => {
    const { size, waiting, draining } = this.status()
    if (!draining || size > 0 || waiting > 0 || this.#books.loans.size > 0) return
    this.#patches.undo()
    this.#telemetry.closed(this)
  }

  /** Whatever goes wrong with us is not the pool's. */
  #unfelt(fn: () => void): void {
    try {
      fn()
    } catch (error) {
      warnOnce('observeGenericPool', `what a generic-pool does could not be told: ${describeError(error)}`)
    }
  }
}

function whoeverIsCurrent(): Borrower {
  return { context: callersContext(), request: currentRequest() }
}
