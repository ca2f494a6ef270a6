import { SETTLED } from './cleanup-executor.ts'
import type { ScopedLease } from './registry-internals.ts'

/**
 * The leases of one scope, released last in, first out. Those released early are dropped when the stack has
 * doubled, so that a long scope with many short leases does not grow.
 */
export class ScopeStack {
  #leases: ScopedLease[] = []
  #compactAt: number = 64
  #ending: Promise<unknown[]> | undefined

  get isEnding(): boolean {
    return this.#ending !== undefined
  }

  push(lease: ScopedLease): void {
    if (this.#leases.length >= this.#compactAt) {
      this.#leases = this.#leases.filter(({ state }) => state === 'live' || state === 'releasing')
      this.#compactAt = Math.max(64, this.#leases.length * 2)
    }
    this.#leases.push(lease)
  }

  /** Ends the scope: releases all, newest first. @returns what failed */
  end(): Promise<unknown[]> {
    return (this.#ending ??= this.#releaseInTurn(this.#leases))
  }

  /** For a drain: releases what is there now, in the same order; the scope stays open. One that ends goes on. */
  async releaseCurrent(): Promise<void> {
    await (this.#ending ?? this.#releaseInTurn([...this.#leases]))
  }

  [Symbol.iterator](): Iterator<ScopedLease> {
    return this.#leases.values()
  }

  /** Each after the one before; a failure stops none. */
  async #releaseInTurn(leases: ScopedLease[]): Promise<unknown[]> {
    const errors: unknown[] = []
    for (let lease = leases.pop(); lease !== undefined; lease = leases.pop()) {
      const wasLive = lease.state === 'live'
      try {
        const released = lease.release()
        // Not even a microtask for what is over: a scope may hold thousands.
        if (released !== SETTLED) await released
      } catch (error) {
        // Of a lease released early, whoever did that was told.
        if (wasLive) errors.push(error)
      }
    }
    return errors
  }
}
