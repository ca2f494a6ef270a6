import { ConfigError } from './errors.ts'
import { describeError, isThenable } from './foreign-value.ts'
import type { CleanupOutcome, CleanupStrategy } from './lease.ts'
import { warnOnce } from './warning.ts'

/** What a registry tells its listeners. */
export interface LeaseEvent {
  readonly type: LeaseEventType
  readonly id: number
  readonly kind: string
  readonly name: string
  /** 0 at the acquisition. */
  readonly heldMillis: number
  /** From here on: only of `cleanup`. */
  readonly outcome?: CleanupOutcome
  readonly strategy?: CleanupStrategy
  /** How often the cleanup was called. */
  readonly attempts?: number
  /** From the cleanup's start. */
  readonly elapsedMillis?: number
  /** It settled after its outcome had been counted; `outcome` is what was counted. */
  readonly late?: boolean
  /**
   * A {@link CleanupError} of every outcome but a success and a `force` that was asked for; also of an abandoned
   * lease's late cleanup that failed.
   */
  readonly error?: unknown
}

export type LeaseEventType = 'acquire' | 'release' | 'cleanup' | 'abandoned'
export type LeaseListener = (event: LeaseEvent) => void

const TYPES: readonly LeaseEventType[] = ['acquire', 'release', 'cleanup', 'abandoned']

/** Listeners of a registry. One that throws is counted and reported, never felt. */
export class LeaseEvents {
  errors: number = 0
  // Replaced, never changed: a listener may come or go while an event is being told. Public, so that whoever
  // has nobody to tell finds out for the price of a field.
  acquire: readonly LeaseListener[] = []
  release: readonly LeaseListener[] = []
  cleanup: readonly LeaseListener[] = []
  abandoned: readonly LeaseListener[] = []

  /** @throws ConfigError for an unknown event or a listener that is no function */
  on(type: LeaseEventType, listener: LeaseListener): Disposable {
    checkType(type)
    if (typeof listener !== 'function') throw new ConfigError('registry', 'listener', 'a function', listener)
    // Of its own, so that one function added twice is two listeners, and each disposable ends just one.
    const entry: LeaseListener = event => listener(event)
    ORIGINAL.set(entry, listener)
    this[type] = [...this[type], entry]
    return { [Symbol.dispose]: () => this.#remove(type, other => other === entry) }
  }

  /** Removes the listener as often as it was added. @throws ConfigError for an unknown event */
  off(type: LeaseEventType, listener: LeaseListener): void {
    checkType(type)
    this.#remove(type, entry => ORIGINAL.get(entry) === listener)
  }

  emit(event: LeaseEvent): void {
    for (const listener of this[event.type]) {
      try {
        const result: unknown = listener(event)
        // An async listener's rejection would be an unhandled one; its promise may be of any realm or library.
        if (isThenable(result)) this.#await(event.type, result)
      } catch (error) {
        this.#report(event.type, error)
      }
    }
  }

  #await(type: LeaseEventType, result: PromiseLike<unknown>): void {
    new Promise(resolve => resolve(result)).catch((error: unknown) => this.#report(type, error))
  }

  #remove(type: LeaseEventType, matches: (entry: LeaseListener) => boolean): void {
    this[type] = this[type].filter(entry => !matches(entry))
  }

  #report(type: LeaseEventType, error: unknown): void {
    this.errors++
    warnOnce(`listener:${type}`, `a listener of '${type}' threw: ${describeError(error)}`)
  }
}

function checkType(type: unknown): void {
  if (TYPES.includes(type as LeaseEventType)) return
  throw new ConfigError('registry', 'event', TYPES.map(t => `'${t}'`).join(' | '), type)
}

const ORIGINAL = new WeakMap<LeaseListener, LeaseListener>()
