import type { CacheLease } from './cache-lease.ts'

/** What a caller is to be given. */
export type Wants = 'value' | 'lease'

/** Someone who waits for a load. */
export class LoadCaller<V> {
  readonly wants: Wants
  readonly promise: Promise<V | CacheLease<V>>
  resolve!: (answer: V | CacheLease<V>) => void
  #reject!: (error: unknown) => void
  readonly #signal: AbortSignal | undefined
  readonly #aborted: () => void

  /** @param left told when the signal aborts, before the caller is */
  constructor(wants: Wants, signal: AbortSignal | undefined, left: (caller: LoadCaller<V>) => void) {
    this.wants = wants
    this.#signal = signal
    this.promise = new Promise((resolve, reject) => {
      this.resolve = resolve
      this.#reject = reject
    })
    this.#aborted = () => {
      left(this)
      this.reject(abortReason(signal!))
    }
    signal?.addEventListener('abort', this.#aborted, { once: true })
  }

  /** Nothing of it is to be left at the signal, which may be the program's for ever. */
  unlisten(): void {
    this.#signal?.removeEventListener('abort', this.#aborted)
  }

  reject(error: unknown): void {
    this.unlisten()
    this.#reject(error)
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
