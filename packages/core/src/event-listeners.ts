import { ConfigError } from './errors.ts'
import { describeError, isThenable } from './foreign-value.ts'
import { warnOnce } from './warning.ts'

/** Called with each event of its type. */
export type EventListener<E> = (event: E) => void

/** Each type of event, and what its listeners are told. */
export type EventMap<K extends string> = Readonly<Record<K, { readonly type: string }>>

/**
 * Listeners by the type of event. One that throws, or whose promise rejects, is counted and reported once, never
 * felt.
 */
export class EventListeners<K extends string, M extends EventMap<K>> {
  /** How often a listener threw or rejected. */
  errors: number = 0
  // Replaced, never changed: a listener may come or go while an event is being told. Public, so that whoever
  // has nobody to tell finds out for the price of a field.
  readonly lists: { [T in K]: readonly EventListener<M[T]>[] }
  readonly #owner: string
  readonly #types: readonly K[]
  readonly #originals: WeakMap<EventListener<never>, EventListener<never>> = new WeakMap()

  /** @param owner whose events these are, as it shall read in an error: `registry`, `pool "orders"` */
  constructor(owner: string, types: readonly K[]) {
    this.#owner = owner
    this.#types = types
    this.lists = Object.fromEntries(types.map(type => [type, []])) as unknown as typeof this.lists
  }

  /** @throws ConfigError for an unknown event or a listener that is no function */
  on<T extends K>(type: T, listener: EventListener<M[T]>): Disposable {
    this.#checkType(type)
    if (typeof listener !== 'function') throw new ConfigError(this.#owner, 'listener', 'a function', listener)
    // Of its own, so that one function added twice is two listeners, and each disposable ends just one.
    const entry: typeof listener = event => listener(event)
    this.#originals.set(entry, listener)
    this.lists[type] = [...this.lists[type], entry]
    return { [Symbol.dispose]: () => this.#remove(type, other => other === entry) }
  }

  /** Removes the listener as often as it was added. @throws ConfigError for an unknown event */
  off<T extends K>(type: T, listener: EventListener<M[T]>): void {
    this.#checkType(type)
    this.#remove(type, entry => this.#originals.get(entry) === listener)
  }

  emit<T extends K>(type: T, event: M[T]): void {
    // What one listener changed, the next, a drain's own among them, would take for what happened.
    Object.freeze(event)
    for (const listener of this.lists[type]) {
      try {
        const result: unknown = listener(event)
        // An async listener's rejection would be an unhandled one; its promise may be of any realm or library.
        if (isThenable(result)) this.#await(type, result)
      } catch (error) {
        this.#report(type, error)
      }
    }
  }

  #await(type: K, result: PromiseLike<unknown>): void {
    new Promise(resolve => resolve(result)).catch((error: unknown) => this.#report(type, error))
  }

  #remove(type: K, matches: (entry: EventListener<never>) => boolean): void {
    this.lists[type] = this.lists[type].filter(entry => !matches(entry))
  }

  #report(type: string, error: unknown): void {
    this.errors++
    const topic = `listener:${this.#owner}:${type}`
    const whose = this.#owner === 'registry' ? '' : ` of ${this.#owner}`
    warnOnce(topic, `a listener of '${type}'${whose} threw: ${describeError(error)}`)
  }

  #checkType(type: unknown): void {
    if (this.#types.includes(type as K)) return
    throw new ConfigError(this.#owner, 'event', this.#types.map(t => `'${t}'`).join(' | '), type)
  }
}
