import {
  inRootScope,
  isThenable,
  SpareSignals,
  type Clock,
  type Deadline,
  type DeadlineQueue,
} from '@leasehold/core'

/** What a call came to. In a box: a promise of the value itself would ask a hostile one for its `then` once more. */
export type Settled =
  { readonly ok: true; readonly value: unknown } | { readonly ok: false; readonly error: unknown }

/** A call of a factory's function. */
export interface CallPlan {
  /** Only looked at for whether it takes a signal. */
  readonly fn: { readonly length: number }
  readonly call: (signal: AbortSignal) => unknown
  readonly timeoutMillis: number
  /** What the call failed with when its time is over. */
  readonly timeout: (elapsedMillis: number) => unknown
  /** What it answers after all. */
  readonly late?: (settled: Settled) => void
}

/** Calls the program's functions so that they can do no harm: what throws, rejects, hangs or answers late is told. */
export class BoundedCalls {
  readonly #clock: Clock
  readonly #deadlines: DeadlineQueue
  readonly #signals: SpareSignals = new SpareSignals()

  constructor(clock: Clock, deadlines: DeadlineQueue) {
    this.#clock = clock
    this.#deadlines = deadlines
  }

  /** As {@link start}, without an object or a timer for a call that is over when it returns. */
  run(plan: CallPlan): Settled | Promise<Settled> {
    const controller = this.#signals.lend(plan.fn)
    const begun = begin(plan, controller.signal)
    if (!('pending' in begun)) {
      this.#signals.giveBack(controller)
      return begun
    }
    const call = new BoundedCall(plan, controller, this.#deadlines, this.#clock, this.#signals)
    call.follow(begun.pending)
    return call.settled
  }

  /** Begins a call that can be aborted and given up. */
  start(plan: CallPlan): BoundedCall {
    const controller = new AbortController()
    const call = new BoundedCall(plan, controller, this.#deadlines, this.#clock)
    const begun = begin(plan, controller.signal)
    if ('pending' in begun) call.follow(begun.pending)
    else call.settle(begun)
    return call
  }
}

/** One call that is not over: its deadline, and what it comes to. */
export class BoundedCall implements Deadline {
  dueAt: number = Infinity
  heapIndex: number = -1
  readonly settled: Promise<Settled>
  readonly #plan: CallPlan
  readonly #controller: AbortController
  readonly #deadlines: DeadlineQueue
  readonly #startedAt: number
  /** Where the signal is from, and goes back to unless it was aborted. */
  readonly #signals: SpareSignals | undefined
  #resolve: ((settled: Settled) => void) | undefined

  constructor(
    plan: CallPlan,
    controller: AbortController,
    deadlines: DeadlineQueue,
    clock: Clock,
    signals?: SpareSignals,
  ) {
    this.#plan = plan
    this.#controller = controller
    this.#deadlines = deadlines
    this.#startedAt = clock.now()
    this.#signals = signals
    this.settled = new Promise(resolve => {
      this.#resolve = resolve
    })
  }

  follow(pending: unknown): void {
    this.#deadlines.add(this, this.#startedAt + this.#plan.timeoutMillis)
    // A promise of ours around it: a foreign `then` may throw, call back twice, or call back at once.
    new Promise(resolve => resolve(pending)).then(
      value => this.#answered({ ok: true, value }),
      (error: unknown) => this.#answered({ ok: false, error }),
    )
  }

  #answered(settled: Settled): void {
    if (this.#resolve !== undefined) this.#signals?.giveBack(this.#controller)
    this.settle(settled)
  }

  settle(settled: Settled): void {
    const resolve = this.#resolve
    if (resolve === undefined) this.#plan.late?.(settled)
    else {
      this.#resolve = undefined
      this.#deadlines.remove(this)
      resolve(settled)
    }
  }

  due(now: number): void {
    const error = this.#plan.timeout(now - this.#startedAt)
    this.giveUp(error)
    this.abort(error)
  }

  /** Aborts the signal that the function was given. */
  abort(reason: unknown): void {
    this.#controller.abort(reason)
  }

  /** Waits no longer; what comes then is late. */
  giveUp(error: unknown): void {
    if (this.#resolve !== undefined) this.settle({ ok: false, error })
  }
}

function begin(plan: CallPlan, signal: AbortSignal): Settled | { readonly pending: unknown } {
  try {
    const result = inRootScope(() => plan.call(signal))
    return isThenable(result) ? { pending: result } : { ok: true, value: result }
  } catch (error) {
    return { ok: false, error }
  }
}
