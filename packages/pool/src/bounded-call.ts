import {
  inRootScope,
  isThenable,
  whenSettled,
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

  /**
   * Calls `done` once, with what the call has come to: before this returns, and without an object or a timer, where the
   * function is over when it returns.
   */
  run(plan: CallPlan, done: (settled: Settled) => void): void {
    const controller = this.#signals.lend(plan.fn)
    const begun = begin(plan, controller.signal)
    if (!('pending' in begun)) {
      this.#signals.giveBack(controller)
      done(begun)
      return
    }
    const call = new BoundedCall(plan, controller, this.#deadlines, this.#clock, done)
    call.follow(begun.pending, this.#signals)
  }

  /** Begins a call that can be aborted and given up. */
  start(plan: CallPlan): StartedCall {
    const controller = new AbortController()
    let tell!: (settled: Settled) => void
    const settled = new Promise<Settled>(resolve => {
      tell = resolve
    })
    const call = new BoundedCall(plan, controller, this.#deadlines, this.#clock, tell)
    const begun = begin(plan, controller.signal)
    if ('pending' in begun) call.follow(begun.pending)
    else call.settle(begun)
    return { call, settled }
  }
}

export interface StartedCall {
  readonly call: BoundedCall
  /** Never rejects. */
  readonly settled: Promise<Settled>
}

/** One call that is not over: its deadline, and what it comes to. */
export class BoundedCall implements Deadline {
  dueAt: number = Infinity
  heapIndex: number = -1
  readonly #plan: CallPlan
  readonly #controller: AbortController
  readonly #deadlines: DeadlineQueue
  readonly #startedAt: number
  #done: ((settled: Settled) => void) | undefined

  constructor(
    plan: CallPlan,
    controller: AbortController,
    deadlines: DeadlineQueue,
    clock: Clock,
    done: (settled: Settled) => void,
  ) {
    this.#plan = plan
    this.#controller = controller
    this.#deadlines = deadlines
    this.#startedAt = clock.now()
    this.#done = done
  }

  /** @param signals where the signal is from, and goes back to unless it was aborted */
  follow(pending: unknown, signals?: SpareSignals): void {
    this.#deadlines.add(this, this.#startedAt + this.#plan.timeoutMillis)
    const answered = (settled: Settled): void => {
      if (this.#done !== undefined) signals?.giveBack(this.#controller)
      this.settle(settled)
    }
    whenSettled(
      pending,
      value => answered({ ok: true, value }),
      error => answered({ ok: false, error }),
    )
  }

  settle(settled: Settled): void {
    const done = this.#done
    if (done === undefined) this.#plan.late?.(settled)
    else {
      this.#done = undefined
      this.#deadlines.remove(this)
      done(settled)
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
    if (this.#done !== undefined) this.settle({ ok: false, error })
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
