import { nextTurn } from './clock.ts'
import { inRootScope } from './root-scope.ts'

/** Work of the queue: started once, and to tell when it is over. */
export interface BackgroundTask {
  /** Starts it; `done` is called exactly once, perhaps before this returns. Must not throw. */
  start(done: () => void): void
  /** Something else has started or ended it: not to be started. */
  readonly hasBegun: boolean
}

/** How many are started before the loop gets a turn. */
const BATCH = 256

/**
 * Cleanups that nobody waits for: a bounded FIFO, so many at once. The pump is a loop, not a recursion: ten
 * thousand cleanups that end at once do not deepen the stack, and the event loop gets its turn between batches.
 */
export class BackgroundQueue {
  readonly #limits: () => { readonly backgroundConcurrency: number; readonly backgroundQueueLimit: number }
  #waiting: BackgroundTask[] = []
  /** Those before it have been started; the array is cut when half of it is behind. */
  #head: number = 0
  #active: number = 0
  #isPumping: boolean = false
  #isScheduled: boolean = false

  constructor(
    limits: () => { readonly backgroundConcurrency: number; readonly backgroundQueueLimit: number },
  ) {
    this.#limits = limits
  }

  get length(): number {
    return this.#waiting.length - this.#head
  }

  /** @returns false, and takes nothing, when the queue is full */
  offer(task: BackgroundTask): boolean {
    if (this.length >= this.#limits().backgroundQueueLimit) return false
    this.#waiting.push(task)
    this.#schedule()
    return true
  }

  /** Starts what waits, as far as the limits of now allow. */
  resume(): void {
    if (this.length > 0) this.#schedule()
  }

  /** A turn of the loop, not a microtask: whoever released goes on first. It keeps the process alive. */
  #schedule(): void {
    if (this.#isScheduled) return
    this.#isScheduled = true
    nextTurn(() => {
      this.#isScheduled = false
      inRootScope(() => this.#pump())
    })
  }

  #pump(): void {
    if (this.#isPumping) return
    this.#isPumping = true
    for (let started = 0; this.length > 0 && this.#active < this.#limits().backgroundConcurrency; started++) {
      if (started === BATCH) {
        this.#schedule()
        break
      }
      const task = this.#next()
      if (task.hasBegun) continue
      this.#active++
      task.start(() => {
        this.#active--
        if (!this.#isPumping && this.length > 0) inRootScope(() => this.#pump())
      })
    }
    this.#isPumping = false
  }

  #next(): BackgroundTask {
    const task = this.#waiting[this.#head++]!
    if (this.#head * 2 > this.#waiting.length) {
      this.#waiting = this.#waiting.slice(this.#head)
      this.#head = 0
    }
    return task
  }
}
