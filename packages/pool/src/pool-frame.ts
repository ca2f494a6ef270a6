import { DeadlineQueue, EventListeners, type Clock, type ResourceRegistry } from '@leasehold/core'
import { BoundedCalls } from './bounded-call.ts'
import type { Creations } from './creations.ts'
import type { Dispatcher } from './dispatcher.ts'
import type { FactoryCalls } from './factory.ts'
import { IdleList } from './idle-list.ts'
import { PoolCounts } from './pool-counts.ts'
import { PoolErrors, type PoolPhase } from './pool-error.ts'
import { POOL_EVENTS, type PoolEvents, type PoolEventType } from './pool-events.ts'
import type { PoolSettings } from './pool-options.ts'
import type { PoolStatus } from './pool-status.ts'
import type { Resource, ResourceState } from './resource.ts'
import { ResourceStore } from './resource-store.ts'
import { PoolTelemetry } from './telemetry/pool-telemetry.ts'
import type { Retirements } from './retirements.ts'
import type { Returns } from './returns.ts'
import type { Upkeep } from './upkeep.ts'
import type { Validations } from './validations.ts'

/** What the parts of one pool share: its state, and each other. */
export class PoolFrame<T> {
  readonly settings: PoolSettings
  readonly factory: FactoryCalls<T>
  readonly registry: ResourceRegistry
  readonly clock: Clock
  readonly counts: PoolCounts = new PoolCounts()
  readonly idle: IdleList<T> = new IdleList()
  readonly store: ResourceStore<Resource<T>> = new ResourceStore()
  /** Every resource that is not gone. */
  readonly all: Set<Resource<T>> = new Set()
  readonly deadlines: DeadlineQueue
  readonly calls: BoundedCalls
  readonly events: EventListeners<PoolEventType, PoolEvents>
  readonly errors: PoolErrors
  readonly telemetry: PoolTelemetry
  isDraining: boolean = false
  /** Ends with the pool. */
  relief: Disposable | undefined
  readonly #whenEmpty: Set<() => void> = new Set()
  dispatcher!: Dispatcher<T>
  creations!: Creations<T>
  validations!: Validations<T>
  returns!: Returns<T>
  retirements!: Retirements<T>
  upkeep!: Upkeep<T>

  constructor(settings: PoolSettings, factory: FactoryCalls<T>) {
    this.settings = settings
    this.factory = factory
    this.registry = settings.registry
    this.clock = settings.clock
    this.deadlines = new DeadlineQueue(settings.clock)
    this.calls = new BoundedCalls(settings.clock, this.deadlines)
    this.events = new EventListeners(settings.owner, POOL_EVENTS)
    this.errors = new PoolErrors(settings.name, settings.owner, () => this.status())
    this.telemetry = new PoolTelemetry(settings, this)
  }

  status(): PoolStatus {
    const { counts, settings } = this
    const { idle, borrowed, validating, resetting, creating, destroying, size } = counts
    return {
      size,
      idle,
      borrowed,
      validating,
      resetting,
      creating,
      destroying,
      waiting: this.dispatcher.waiting,
      max: settings.max,
      min: settings.min,
      breaker: this.creations.breaker.state,
      draining: this.isDraining,
    }
  }

  move(resource: Resource<T>, state: ResourceState): void {
    this.counts.add(resource.state, -1)
    this.counts.add(state, 1)
    resource.state = state
  }

  /** Counts and tells a time-out of a factory's function. @returns the error of it */
  timedOut(phase: PoolPhase, elapsedMillis: number): unknown {
    const error = this.errors.callTimeout(phase, elapsedMillis)
    this.countTimeout(phase, elapsedMillis)
    return error
  }

  countTimeout(phase: PoolPhase, elapsedMillis: number): void {
    this.telemetry.timedOut(phase)
    if (this.events.lists.timeout.length > 0) {
      this.events.emit('timeout', { type: 'timeout', phase, elapsedMillis })
    }
  }

  /** @throws PoolError `ERR_POOL_DRAINING` */
  refuseWhenDraining(): void {
    if (this.isDraining) throw this.errors.draining()
  }

  /** Something has become free, or is needed: whoever waits is served as far as may be. */
  changed(): void {
    this.dispatcher.pump()
    this.upkeep.refill()
    if (this.counts.size === 0) this.#tellEmpty()
  }

  /** Calls `fn` once the pool has no resource of any kind, the next time. */
  onEmpty(fn: () => void): Disposable {
    this.#whenEmpty.add(fn)
    return { [Symbol.dispose]: () => void this.#whenEmpty.delete(fn) }
  }

  #tellEmpty(): void {
    if (this.isDraining) this.telemetry.closed(this)
    for (const fn of this.#whenEmpty) fn()
    this.#whenEmpty.clear()
  }
}
