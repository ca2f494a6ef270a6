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

/** How a function of the factory is called: one plan may serve many calls, each with a target of its own. */
export interface CallPlan<A> {
  /** Only looked at for whether it takes a signal. */
  readonly fn: { readonly length: number }
  readonly call: (target: A, signal: AbortSignal) => unknown
  readonly timeoutMillis: number
  /** What the call failed with when its time is over. */
  readonly timeout: (elapsedMillis: number) => unknown
  /** Called once, with what the call has come to. Must not throw. */
  readonly done: (target: A, settled: Settled) => void
  /** What it answers after all. */
  readonly late?: (settled: Settled) => void
}

/** Spares kept: as many calls as are usually pending at once. */
const MAX_SPARES = 64

/** Calls the program's functions so that they can do no harm: what throws, rejects, hangs or answers late is told. */
export class BoundedCalls {
  readonly #clock: Clock
  readonly #deadlines: DeadlineQueue
  readonly #signals: SpareSignals = new SpareSignals()
  readonly #spares: BoundedCall[] = []

  constructor(clock: Clock, deadlines: DeadlineQueue) {
    this.#clock = clock
    this.#deadlines = deadlines
  }

  /**
   * Calls, and tells `plan.done`: before this returns, and without an object or a deadline, where the function is over
   * when it returns. One that is not uses a call that has served before.
   *
   * @param now what the clock says, where that is known
   */
  run<A>(plan: CallPlan<A>, target: A, now?: number): void {
    const controller = this.#signals.lend(plan.fn)
    const begun = begin(plan, target, controller.signal)
    if (begun.ok !== undefined) {
      this.#signals.giveBack(controller)
      plan.done(target, begun)
      return
    }
    const call = this.#spares.pop() ?? new BoundedCall(this.#deadlines, this.#giveBack)
    call.open(plan, target, controller, now ?? this.#clock.now())
    call.follow(begun.pending)
  }

  /** Begins a call that can be aborted and given up, and that whoever began it may keep. */
  start<A>(plan: CallPlan<A>, target: A): BoundedCall {
    const controller = new AbortController()
    const call = new BoundedCall(this.#deadlines, () => {})
    call.open(plan, target, controller, this.#clock.now())
    const begun = begin(plan, target, controller.signal)
    if (begun.ok === undefined) call.follow(begun.pending)
    else call.settle(begun)
    return call
  }

  /** Its function has answered, and answers only once; nobody has aborted its signal. */
  readonly #giveBack = (call: BoundedCall, controller: AbortController): void => {
    this.#signals.giveBack(controller)
    if (this.#spares.length < MAX_SPARES) this.#spares.push(call)
  }
}

/** One call that is not over: its deadline, and what it comes to. */
export class BoundedCall implements Deadline {
  dueAt: number = Infinity
  heapIndex: number = -1
  readonly #deadlines: DeadlineQueue
  readonly #answeredInTime: (call: BoundedCall, controller: AbortController) => void
  readonly #fulfilled: (value: unknown) => void = value => this.#answered({ ok: true, value })
  readonly #rejected: (error: unknown) => void = error => this.#answered({ ok: false, error })
  #isOpen: boolean = false
  #startedAt: number = 0
  #plan!: CallPlan<unknown>
  #target: unknown
  #controller!: AbortController

  constructor(
    deadlines: DeadlineQueue,
    answeredInTime: (call: BoundedCall, controller: AbortController) => void,
  ) {
    this.#deadlines = deadlines
    this.#answeredInTime = answeredInTime
  }

  open<A>(plan: CallPlan<A>, target: A, controller: AbortController, startedAt: number): void {
    this.#isOpen = true
    // The target goes to its own plan alone.
    this.#plan = plan as unknown as CallPlan<unknown>
    this.#target = target
    this.#controller = controller
    this.#startedAt = startedAt
  }

  follow(pending: unknown): void {
    this.#deadlines.add(this, this.#startedAt + this.#plan.timeoutMillis)
    whenSettled(pending, this.#fulfilled, this.#rejected)
  }

  settle(settled: Settled): void {
    if (!this.#isOpen) return
    const target = this.#target
    this.#isOpen = false
    this.#target = undefined
    this.#deadlines.remove(this)
    this.#plan.done(target, settled)
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
    this.settle({ ok: false, error })
  }

  #answered(settled: Settled): void {
    if (!this.#isOpen) {
      this.#plan.late?.(settled)
      return
    }
    const controller = this.#controller
    this.settle(settled)
    this.#answeredInTime(this, controller)
  }
}

/** What is not over when the function returns. */
interface Pending {
  readonly ok?: undefined
  readonly pending: PromiseLike<unknown>
}

function begin<A>(plan: CallPlan<A>, target: A, signal: AbortSignal): Settled | Pending {
  try {
    const result = inRootScope(() => plan.call(target, signal))
    return isThenable(result) ? { ok: undefined, pending: result } : { ok: true, value: result }
  } catch (error) {
    return { ok: false, error }
  }
}
