import { Breaker } from './breaker.ts'
import { context, ROOT_CONTEXT, trace } from '@opentelemetry/api'
import { inRootScope } from '@leasehold/core'
import type { CallPlan, Settled } from './bounded-call.ts'
import { Creation } from './creation.ts'
import type { PoolFrame } from './pool-frame.ts'
import { Resource } from './resource.ts'
import { SPAN_POOL_CREATE } from './telemetry/names.generated.ts'
import type { Waiter } from './waiter.ts'

/** How much a lifetime is shortened at most, by chance: resources made together shall not end together. */
const JITTER = 0.1

/** The creates under way, and what becomes of what they make. */
export class Creations<T> {
  readonly breaker: Breaker
  readonly #frame: PoolFrame<T>
  readonly #underWay: Set<Creation<T>> = new Set()
  #forsaken: number = 0
  /** What the latest create failed with, as an error's fields; empty once one has succeeded. */
  #because: { cause?: unknown } = {}

  constructor(frame: PoolFrame<T>) {
    this.#frame = frame
    this.breaker = new Breaker(frame.clock, frame.settings.breaker, state => {
      if (frame.events.lists.breaker.length > 0) frame.events.emit('breaker', { type: 'breaker', state })
    })
  }

  /** Why there is nothing, where creates have failed of late. */
  get because(): { cause?: unknown } {
    return this.#because
  }

  get underWay(): readonly Creation<T>[] {
    return [...this.#underWay]
  }

  /** How many of those under way somebody waiting may rely on. */
  get promising(): number {
    return this.#frame.counts.creating - this.#forsaken
  }

  /** Begins a create; there must be room, and the breaker must allow it. */
  start(requester?: Waiter<T>): void {
    const { counts, clock, telemetry } = this.#frame
    counts.creating++
    const asker = requester?.context ?? ROOT_CONTEXT
    const acquiring = requester?.operation?.span
    const cause = acquiring === undefined ? asker : trace.setSpan(asker, acquiring)
    const operation = telemetry.spans.resources.beginInBackground(SPAN_POOL_CREATE, cause)
    const creation = new Creation<T>(requester, asker, clock.now(), operation)
    // Before create is called, which may drain the pool, or warm it up.
    this.#underWay.add(creation)
    // What goes on for as long as the resource lives shall not keep a request's stores.
    void inRootScope(() => this.#run(creation)).then(creation.settle)
  }

  /** Its requester waits no longer. @param isServed by another resource, so that this one will serve another */
  leave(creation: Creation<T>, isServed: boolean): void {
    creation.requester = undefined
    if (isServed || !this.#underWay.has(creation)) return
    creation.isForsaken = true
    this.#forsaken++
  }

  /** Tells those under way that nothing will come of them. */
  abortAll(reason: unknown): void {
    for (const { call } of this.#underWay) call?.abort(reason)
  }

  /** Waits for them no longer; what they still make is destroyed. */
  giveUpAll(reason: unknown): void {
    for (const { call } of this.#underWay) call?.giveUp(reason)
  }

  async #run(creation: Creation<T>): Promise<Settled> {
    const { factory, settings, calls, telemetry } = this.#frame
    const settled = await this.breaker.run(
      () =>
        new Promise<Settled>(tell => {
          const plan: CallPlan<void> = {
            fn: factory.create,
            call: (_, signal) =>
              telemetry.spans.resources.within(creation.operation, () => factory.create(signal)),
            timeoutMillis: settings.createTimeoutMillis,
            timeout: elapsedMillis => this.#frame.timedOut('create', elapsedMillis),
            done: (_, result) => tell(result),
            late: late => this.#late(late),
          }
          creation.call = calls.start(plan, undefined)
          // The create itself may have begun it, too early to be aborted with the others.
          if (this.#frame.isDraining) creation.call.abort(this.#frame.errors.draining())
        }),
    )
    if (!settled.ok) {
      this.#failed(creation, settled.error)
      return settled
    }
    const resource = context.with(creation.asker, () => this.#track(settled.value as T))
    const added = await this.#frame.store.add(resource)
    this.#created(creation, added)
    return settled
  }

  #created(creation: Creation<T>, resource: Resource<T>): void {
    const { dispatcher, upkeep } = this.#frame
    const { requester } = creation
    this.#over(creation)
    this.#because = {}
    this.#tell(creation, {})
    upkeep.succeeded()
    // Where one is always waited for, none ever comes to idle: its age is looked at all the same.
    upkeep.watch()
    dispatcher.offer(resource)
    if (requester !== undefined) dispatcher.unserved(requester)
    this.#frame.changed()
  }

  #failed(creation: Creation<T>, error: unknown): void {
    const { counts, dispatcher, upkeep } = this.#frame
    const { requester } = creation
    this.#over(creation)
    counts.creating--
    this.#because = { cause: error }
    this.#tell(creation, { error })
    if (requester?.isPending === true) dispatcher.fail(requester, error)
    else if (requester === undefined) upkeep.failed()
    this.#frame.changed()
  }

  #over(creation: Creation<T>): void {
    this.#underWay.delete(creation)
    if (creation.isForsaken) this.#forsaken--
    if (creation.requester !== undefined) creation.requester.creation = undefined
    creation.requester = undefined
  }

  #tell(creation: Creation<T>, failed: { error?: unknown }): void {
    const { events, clock, telemetry } = this.#frame
    const elapsedMillis = clock.now() - creation.startedAt
    telemetry.created(elapsedMillis)
    telemetry.spans.resources.end(creation.operation, failed)
    if (events.lists.create.length === 0) return
    events.emit('create', { type: 'create', elapsedMillis, ...failed })
  }

  /** A create has answered after it was given up: what it made has no slot, but shall have its end. */
  #late(settled: Settled): void {
    if (settled.ok) this.#frame.retirements.reap(settled.value as T)
  }

  #track(value: T): Resource<T> {
    const { settings, returns, retirements, clock, all } = this.#frame
    const lifetime = settings.maxLifetimeMillis * (1 - Math.random() * JITTER)
    const resource = new Resource<T>(value, clock.now() + lifetime, each => returns.loanOptions(each))
    resource.lease = retirements.track(value, resource)
    all.add(resource)
    return resource
  }
}
