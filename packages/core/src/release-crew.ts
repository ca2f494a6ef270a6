import { SETTLED } from './cleanup-executor.ts'
import { nextTurn, type Clock } from './clock.ts'
import type { Deadline, DeadlineQueue } from './deadline-queue.ts'

/** How many are released at once, as long as they end. */
const PARALLEL = 16
/** How many that end at once go on before the loop gets a turn. */
const SLICE = 256
/** How often in a drain's time the crew may grow: sixteen hung leases in front of a million need sixteen times. */
const LOOKS = 32

/** Something to release: a lease, a scope in its order, an abandoned resource. It may reject. */
export type Unit = () => Promise<void>

/**
 * Releases one after the other, sixteen at a time. Those that hang must not keep the others waiting for their
 * time-outs: while none ends, the crew doubles, and in a fraction of the drain's time all have begun.
 */
export class ReleaseCrew implements Deadline {
  dueAt: number = 0
  heapIndex: number = -1
  readonly #units: Iterator<Unit>
  readonly #clock: Clock
  readonly #deadlines: DeadlineQueue
  readonly #patienceMillis: number
  readonly #done: Promise<void>
  #tellDone!: () => void
  #working: number = 0
  #ended: number = 0
  #endedAtLastLook: number = 0
  #isStopped: boolean = false
  #sinceTurn: number = 0
  #turn: Promise<void> | undefined

  constructor(
    units: Iterator<Unit>,
    time: { clock: Clock; deadlines: DeadlineQueue; timeoutMillis: number },
  ) {
    this.#units = units
    this.#clock = time.clock
    this.#deadlines = time.deadlines
    this.#patienceMillis = time.timeoutMillis / LOOKS
    this.#done = new Promise(resolve => (this.#tellDone = resolve))
  }

  /** Settles when all have ended; perhaps never. */
  run(): Promise<void> {
    // Without time for patience all begin at once.
    if (this.#patienceMillis < 1) this.#take(Infinity)
    else {
      this.#take(PARALLEL)
      this.#look()
    }
    return this.#done
  }

  /** Begins nothing more. */
  stop(): void {
    this.#isStopped = true
    this.#deadlines.remove(this)
  }

  due(): void {
    if (this.#ended === this.#endedAtLastLook) this.#take(this.#working)
    this.#look()
  }

  #look(): void {
    this.#endedAtLastLook = this.#ended
    if (!this.#isStopped && this.#working > 0) {
      this.#deadlines.add(this, this.#clock.now() + this.#patienceMillis)
    }
  }

  #take(more: number): void {
    for (let i = 0; i < more && !this.#isStopped; i++) {
      const working = this.#working++
      void this.#work()
      // It found nothing left to do.
      if (this.#working === working) return
    }
  }

  async #work(): Promise<void> {
    for (let next = this.#next(); next !== undefined; next = this.#next()) {
      const released = next()
      if (released !== SETTLED) await released.catch(() => {})
      else if (++this.#sinceTurn >= SLICE) await this.#turnOfLoop()
      this.#ended++
    }
    if (--this.#working === 0) {
      this.stop()
      this.#tellDone()
    }
  }

  #next(): Unit | undefined {
    if (this.#isStopped) return undefined
    const next = this.#units.next()
    return next.done === true ? undefined : next.value
  }

  /** One for all: each after a slice of its own would hold the loop as many times as long. */
  #turnOfLoop(): Promise<void> {
    return (this.#turn ??= new Promise(resolve => {
      nextTurn(() => {
        this.#turn = undefined
        this.#sinceTurn = 0
        resolve()
      })
    }))
  }
}
