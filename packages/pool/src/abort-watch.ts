import { describeError, warnOnce } from '@leasehold/core'
import type { Waiter } from './waiter.ts'

interface Watched<T> {
  readonly waiters: Set<Waiter<T>>
  readonly listener: () => void
}

/**
 * Who waits under which AbortSignal: one listener a signal, however many acquires it was given to, and only while
 * one of them waits.
 */
export class AbortWatch<T> {
  readonly #watched: Map<AbortSignal, Watched<T>> = new Map()

  add(signal: AbortSignal, waiter: Waiter<T>): void {
    let watched = this.#watched.get(signal)
    if (watched === undefined) {
      const waiters = new Set<Waiter<T>>()
      const listener = (): void => {
        this.#watched.delete(signal)
        for (const each of waiters) each.owner.aborted(each, abortReason(signal))
      }
      watched = { waiters, listener }
      // First, as a signal of somebody's own may throw.
      signal.addEventListener('abort', listener, { once: true })
      this.#watched.set(signal, watched)
    }
    watched.waiters.add(waiter)
  }

  remove(signal: AbortSignal, waiter: Waiter<T>): void {
    const watched = this.#watched.get(signal)
    if (watched === undefined || !watched.waiters.delete(waiter) || watched.waiters.size > 0) return
    this.#watched.delete(signal)
    try {
      signal.removeEventListener('abort', watched.listener)
    } catch (error) {
      // Whoever is served, or serves, has no part in it.
      warnOnce('abort-signal', `an AbortSignal threw: ${describeError(error)}`)
    }
  }
}

/** What a call under an aborted signal rejects with. Never throws. */
export function abortReason(signal: AbortSignal): unknown {
  try {
    const { reason } = signal
    return reason === undefined ? new DOMException('This operation was aborted', 'AbortError') : reason
  } catch (error) {
    return error
  }
}
