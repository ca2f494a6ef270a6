/** No slot. */
export const NONE = -1

/**
 * Ordered lists of slots: in at the end, out anywhere, all in constant time. A slot is in one of them at most. Each has
 * a node of its own, to which both its ends are tied, so that nobody need know which list a slot is in to take it out.
 */
export class SlotLists {
  readonly #count: number
  #next: Int32Array
  #previous: Int32Array

  /** @param count how many lists, each known by its number */
  constructor(count: number) {
    this.#count = count
    this.#next = Int32Array.from({ length: count }, (_, list) => list)
    this.#previous = this.#next.slice()
  }

  /** Makes room for the slots below `capacity`. */
  grow(capacity: number): void {
    const size = capacity + this.#count
    const next = new Int32Array(size)
    const previous = new Int32Array(size)
    next.set(this.#next)
    previous.set(this.#previous)
    this.#next = next
    this.#previous = previous
  }

  /** The first slot of a list; {@link NONE} if it is empty. */
  first(list: number): number {
    const node = this.#next[list]!
    return node === list ? NONE : node - this.#count
  }

  isEmpty(list: number): boolean {
    return this.#next[list] === list
  }

  push(list: number, slot: number): void {
    const next = this.#next
    const previous = this.#previous
    const node = slot + this.#count
    const last = previous[list]!
    next[node] = list
    previous[node] = last
    next[last] = node
    previous[list] = node
  }

  /** Out of whichever list it is in. */
  remove(slot: number): void {
    const next = this.#next
    const previous = this.#previous
    const node = slot + this.#count
    const before = previous[node]!
    const after = next[node]!
    next[before] = after
    previous[after] = before
  }

  /** Puts all that is in one list to the end of another. */
  append(from: number, onto: number): void {
    const next = this.#next
    const previous = this.#previous
    if (next[from] === from) return
    const first = next[from]!
    const last = previous[from]!
    const end = previous[onto]!
    next[end] = first
    previous[first] = end
    next[last] = onto
    previous[onto] = last
    next[from] = previous[from] = from
  }
}
