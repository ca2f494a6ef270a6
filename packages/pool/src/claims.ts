import type { PoolFrame } from './pool-frame.ts'
import type { Resource } from './resource.ts'
import type { Waiter } from './waiter.ts'

/** Who has left the queue for a resource, and waits only for whether it is still good. */
export class Claims<T> {
  readonly #frame: PoolFrame<T>
  readonly #ask: (resource: Resource<T>, now?: number) => void
  #length: number = 0

  /** @param answered given whoever waits for it still; called before {@link claim} returns where the answer is there at once */
  constructor(
    frame: PoolFrame<T>,
    answered: (resource: Resource<T>, isValid: boolean, waiter: Waiter<T> | undefined) => void,
  ) {
    this.#frame = frame
    this.#ask = frame.validations.asker((resource, isValid) => {
      const waiter = resource.claimant
      if (waiter !== undefined) this.leave(waiter)
      answered(resource, isValid, waiter)
    })
  }

  get length(): number {
    return this.#length
  }

  /** @param now what the clock says, where that is known */
  claim(waiter: Waiter<T>, resource: Resource<T>, now: number | undefined): void {
    this.#frame.move(resource, 'validating')
    waiter.candidate = resource
    resource.claimant = waiter
    this.#length++
    this.#ask(resource, now)
  }

  /** Does nothing for one that has no claim. The resource is asked about all the same, for whoever comes next. */
  leave(waiter: Waiter<T>): void {
    const { candidate } = waiter
    if (candidate === undefined) return
    candidate.claimant = undefined
    waiter.candidate = undefined
    this.#length--
  }

  *[Symbol.iterator](): Generator<Waiter<T>> {
    for (const { claimant } of this.#frame.all) if (claimant !== undefined) yield claimant
  }
}
