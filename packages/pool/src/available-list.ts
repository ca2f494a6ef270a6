/** A resource as generic-pool wraps it. */
export interface Wrapped<R> {
  readonly obj: R
}

/**
 * What generic-pool keeps its available resources in, as its constructor takes it. Its own serves whatever is first;
 * this shows it only what was asked for by name, so that which resource is lent is our choice, and one that is just
 * being added is never mistaken for another.
 */
export class AvailableList<R> {
  readonly #hidden: Map<R, Wrapped<R>> = new Map()
  readonly #asked: Wrapped<R>[] = []
  /** Resources to be lent as soon as they come in. */
  readonly arriving: Set<R> = new Set()

  get length(): number {
    return this.#asked.length
  }

  get hidden(): number {
    return this.#hidden.size
  }

  push(wrapped: Wrapped<R>): void {
    if (this.arriving.delete(wrapped.obj)) this.#asked.push(wrapped)
    else this.#hidden.set(wrapped.obj, wrapped)
  }

  unshift(wrapped: Wrapped<R>): void {
    this.push(wrapped)
  }

  shift(): Wrapped<R> | undefined {
    return this.#asked.shift()
  }

  /** Shows a resource to generic-pool, to be lent next. */
  ask(resource: R): void {
    const wrapped = this.#hidden.get(resource)
    if (wrapped === undefined) return
    this.#hidden.delete(resource)
    this.#asked.unshift(wrapped)
  }

  /** For the evictor, which is off. */
  iterator(): Iterator<Wrapped<R>> {
    return this.#asked[Symbol.iterator]()
  }

  [Symbol.iterator](): Iterator<Wrapped<R>> {
    return this.iterator()
  }
}
