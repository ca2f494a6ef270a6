import type { Waiter } from './waiter.ts'

/** How much waiting is worth one level of priority. */
const AGEING_MILLIS = 1_000

/** Waiters of one priority, in order of arrival. */
export interface WaitLevel<T> {
  readonly priority: number
  first: Waiter<T> | undefined
  last: Waiter<T> | undefined
  /** For all before this one creates are under way; perhaps for it and others behind as well. */
  unsought: Waiter<T> | undefined
}

/**
 * Who waits for a resource: strictly first come, first served, within a priority. Between priorities a level is worth a
 * second of waiting: whoever came at `t` with priority `p` has the rank `t + p` seconds for ever, so that nothing needs
 * to be sorted again as time goes by, and nobody starves. Each operation costs the same however many wait; only
 * `shift` looks at the first of each priority that is waited with.
 */
export class WaitQueue<T> {
  readonly #levels: WaitLevel<T>[] = []
  #length: number = 0

  get length(): number {
    return this.#length
  }

  add(waiter: Waiter<T>): void {
    const level = this.#levelOf(waiter.priority)
    const { last } = level
    waiter.before = last
    if (last === undefined) level.first = waiter
    else last.behind = waiter
    level.last = waiter
    level.unsought ??= waiter
    waiter.level = level
    this.#length++
  }

  /** Back to where it was, before all who came later. */
  addAgain(waiter: Waiter<T>): void {
    const level = this.#levelOf(waiter.priority)
    let behind = level.first
    while (behind !== undefined && behind.number < waiter.number) behind = behind.behind
    const before = behind === undefined ? level.last : behind.before
    waiter.before = before
    waiter.behind = behind
    if (before === undefined) level.first = waiter
    else before.behind = waiter
    if (behind === undefined) level.last = waiter
    else behind.before = waiter
    waiter.level = level
    this.#length++
    this.seekAgain(waiter)
  }

  /** The create that was under way for `waiter` has served another. Does nothing for one that is not in the queue. */
  seekAgain(waiter: Waiter<T>): void {
    const { level, number } = waiter
    if (level === undefined) return
    const { unsought } = level
    if (unsought === undefined || number < unsought.number) level.unsought = waiter
  }

  /** Does nothing for one that is not in the queue. */
  remove(waiter: Waiter<T>): void {
    const { level, before, behind } = waiter
    if (level === undefined) return
    if (before === undefined) level.first = behind
    else before.behind = behind
    if (behind === undefined) level.last = before
    else behind.before = before
    if (level.unsought === waiter) level.unsought = behind ?? before
    waiter.level = undefined
    waiter.before = undefined
    waiter.behind = undefined
    this.#length--
    // One level stays for the next; priorities that nobody waits with cost nothing.
    if (level.first === undefined && this.#levels.length > 1) {
      this.#levels.splice(this.#levels.indexOf(level), 1)
    }
  }

  /** Takes out whoever is next. */
  shift(): Waiter<T> | undefined {
    if (this.#length === 0) return undefined
    const waiter = this.#next(level => level.first)
    if (waiter !== undefined) this.remove(waiter)
    return waiter
  }

  /** The next for whom no create is under way. Each is passed over once, not once a create. */
  nextWithoutCreation(): Waiter<T> | undefined {
    return this.#next(level => {
      let waiter = level.unsought
      while (waiter?.creation !== undefined && waiter.behind !== undefined) waiter = waiter.behind
      level.unsought = waiter
      return waiter?.creation === undefined ? waiter : undefined
    })
  }

  #next(from: (level: WaitLevel<T>) => Waiter<T> | undefined): Waiter<T> | undefined {
    let next: Waiter<T> | undefined
    for (const level of this.#levels) {
      const candidate = from(level)
      if (candidate !== undefined && (next === undefined || isBefore(candidate, next))) next = candidate
    }
    return next
  }

  #levelOf(priority: number): WaitLevel<T> {
    const only = this.#levels[0]
    if (only?.priority === priority) return only
    let level = this.#levels.find(other => other.priority === priority)
    if (level === undefined) {
      this.#levels.push((level = { priority, first: undefined, last: undefined, unsought: undefined }))
      if (only?.first === undefined && only !== undefined) this.#levels.shift()
    }
    return level
  }
}

function isBefore<T>(a: Waiter<T>, b: Waiter<T>): boolean {
  const [rankA, rankB] = [rank(a), rank(b)]
  return rankA < rankB || (rankA === rankB && a.number < b.number)
}

function rank<T>(waiter: Waiter<T>): number {
  return waiter.enqueuedAt + waiter.priority * AGEING_MILLIS
}
