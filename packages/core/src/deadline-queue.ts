import { MAX_TIMER_MILLIS, nextTurn, type Clock, type TimerHandle } from './clock.ts'
import { inRootScope } from './root-scope.ts'

/** What waits for a moment. The queue owns `dueAt` and `heapIndex` while it waits. */
export interface Deadline {
  dueAt: number
  /** -1 while it does not wait. */
  heapIndex: number
  /** Called once when its moment has come; may wait again. Must not throw. */
  due(now: number): void
}

/**
 * Everything that waits for a moment, behind one timer: a binary min-heap by moment. The timer is armed only
 * while something waits, and keeps the process alive as long: a cleanup is in flight. It is armed at the next turn of
 * the loop: most of what is added settles before, in the same turn, and a timer costs more than all the rest of it.
 */
export class DeadlineQueue {
  readonly #clock: Clock
  readonly #heap: Deadline[] = []
  #timer: TimerHandle | undefined
  #timerAt: number = Infinity
  #isArming: boolean = false

  constructor(clock: Clock) {
    this.#clock = clock
  }

  get size(): number {
    return this.#heap.length
  }

  add(deadline: Deadline, at: number): void {
    deadline.dueAt = at
    deadline.heapIndex = this.#heap.length
    this.#heap.push(deadline)
    this.#rise(deadline)
    if (at < this.#timerAt) this.#armSoon()
  }

  /** Does nothing for a deadline that does not wait. */
  remove(deadline: Deadline): void {
    const index = deadline.heapIndex
    if (index === -1) return
    deadline.heapIndex = -1
    const last = this.#heap.pop()!
    if (last !== deadline) {
      this.#place(last, index)
      this.#rise(last)
      this.#sink(last)
    }
    // With others waiting the timer may stay: at worst it fires early and is armed anew.
    if (this.#heap.length === 0) this.#disarm()
  }

  #fire(): void {
    this.#timer = undefined
    this.#timerAt = Infinity
    const now = this.#clock.now()
    for (let first = this.#heap[0]; first !== undefined && first.dueAt <= now; first = this.#heap[0]) {
      this.remove(first)
      first.due(now)
    }
    if (this.#heap.length > 0 && this.#timer === undefined) this.#arm()
  }

  #armSoon(): void {
    if (this.#isArming) return
    this.#isArming = true
    nextTurn(() => {
      this.#isArming = false
      const first = this.#heap[0]
      if (first !== undefined && first.dueAt < this.#timerAt) this.#arm()
    })
  }

  #arm(): void {
    if (this.#timer !== undefined) this.#clock.clearTimeout(this.#timer)
    this.#timerAt = this.#heap[0]!.dueAt
    // Whole milliseconds, upwards: a timer that fires a fraction early would only be armed again.
    // At most what Node's timers can wait: a clock may jump back, and a longer wait would fire at once.
    const wait = Math.min(MAX_TIMER_MILLIS, Math.max(1, Math.ceil(this.#timerAt - this.#clock.now())))
    // In the root's scope it is armed as well as fired: it would keep the stores of whoever happened to be first.
    this.#timer = inRootScope(() => this.#clock.setTimeout(() => inRootScope(() => this.#fire()), wait))
  }

  #disarm(): void {
    if (this.#timer !== undefined) this.#clock.clearTimeout(this.#timer)
    this.#timer = undefined
    this.#timerAt = Infinity
  }

  #rise(deadline: Deadline): void {
    while (deadline.heapIndex > 0) {
      const parent = this.#heap[(deadline.heapIndex - 1) >> 1]!
      if (parent.dueAt <= deadline.dueAt) return
      this.#swap(parent, deadline)
    }
  }

  #sink(deadline: Deadline): void {
    for (;;) {
      const left = 2 * deadline.heapIndex + 1
      const child = this.#earlier(this.#heap[left], this.#heap[left + 1])
      if (child === undefined || child.dueAt >= deadline.dueAt) return
      this.#swap(deadline, child)
    }
  }

  #earlier(a: Deadline | undefined, b: Deadline | undefined): Deadline | undefined {
    return a !== undefined && b !== undefined && b.dueAt < a.dueAt ? b : a
  }

  #swap(upper: Deadline, lower: Deadline): void {
    const index = upper.heapIndex
    this.#place(upper, lower.heapIndex)
    this.#place(lower, index)
  }

  #place(deadline: Deadline, index: number): void {
    this.#heap[index] = deadline
    deadline.heapIndex = index
  }
}
