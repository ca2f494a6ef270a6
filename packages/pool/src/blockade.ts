import type { Deadline } from '@leasehold/core'
import type { PoolFrame } from './pool-frame.ts'

/** What an open breaker means for those who wait: nobody waits for nothing, nor longer than it is open. */
export class Blockade<T> {
  readonly #frame: PoolFrame<T>
  /** When a create is let through again, while somebody waits for that. */
  readonly #end: Deadline = { dueAt: Infinity, heapIndex: -1, due: () => this.#frame.changed() }

  constructor(frame: PoolFrame<T>) {
    this.#frame = frame
  }

  /** It is open, and nothing is there that could come back: whoever wants something gets this; else undefined. */
  get refusal(): unknown {
    const { counts, creations, errors } = this.#frame
    const { breaker } = creations
    if (counts.live > 0 || breaker.state !== 'open' || breaker.allows()) return undefined
    return errors.breakerOpen(breaker.retryAfterMillis, creations.because)
  }

  /** Has the pool look again when it is over. */
  watch(): void {
    const { retryAt } = this.#frame.creations.breaker
    if (retryAt !== undefined && this.#end.heapIndex === -1) this.#frame.deadlines.add(this.#end, retryAt)
  }

  unwatch(): void {
    this.#frame.deadlines.remove(this.#end)
  }
}
