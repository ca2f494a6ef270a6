import type { CleanupOutcome, CleanupStrategy } from '@leasehold/core'

/** One lease's fate, decided when it is taken. */
export interface Fault {
  readonly name: string
  readonly strategy: CleanupStrategy
  /** What is to be counted; of a retryable one its attempts decide. */
  readonly outcome: Exclude<CleanupOutcome, 'abandoned'>
  readonly isLate: boolean
  readonly hasForce: boolean
  /** Holds a real file, which its cleanup, or its force, closes. */
  readonly hasFile: boolean
  readonly retry?: true
  force(close: () => void): void
  /** @param decided of a retryable one: whether an attempt has succeeded, once it is known */
  cleanup(close: () => void, decided: (isSaved: boolean) => void): unknown
}

const plain = {
  strategy: 'immediate',
  isLate: false,
  hasForce: false,
  hasFile: false,
  force: () => {},
} as const

/** Draws fates: each kind of fault with the same probability, the rest succeed, in a few different ways. */
export class Faults {
  /** To let go of the cleanups that hang. */
  readonly hanging: (() => void)[] = []
  readonly #rate: number
  #seed: number
  readonly #kinds: (() => Fault)[] = [
    () => ({
      ...plain,
      name: 'rejects',
      outcome: 'failure',
      cleanup: () => Promise.reject(new Error('broken')),
    }),
    () => ({
      ...plain,
      name: 'throws',
      outcome: 'failure',
      cleanup: () => {
        throw new Error('broken')
      },
    }),
    () => ({
      ...plain,
      name: 'rejects in the background',
      strategy: 'background',
      outcome: 'failure',
      cleanup: async () => {
        throw new Error('broken')
      },
    }),
    () => ({
      ...plain,
      name: 'force throws',
      strategy: 'forced',
      hasForce: true,
      outcome: 'failure',
      force: () => {
        throw new Error('broken')
      },
      cleanup: () => {},
    }),
    // Hangs, is forced after its time-out, never settles: not quarantined, the file is closed by force.
    () => ({
      ...plain,
      name: 'hangs, forced',
      outcome: 'timeout',
      hasForce: true,
      hasFile: true,
      force: close => close(),
      cleanup: () => new Promise(() => {}),
    }),
    // Hangs without a force: quarantined until it settles, late.
    () => ({
      ...plain,
      name: 'hangs',
      outcome: 'timeout',
      isLate: true,
      cleanup: () => new Promise<void>(resolve => this.hanging.push(resolve)),
    }),
  ]
  readonly #successes: (() => Fault)[] = [
    () => ({ ...plain, name: 'synchronous', outcome: 'success', cleanup: () => {} }),
    () => ({ ...plain, name: 'asynchronous', outcome: 'success', cleanup: async () => {} }),
    () => ({
      ...plain,
      name: 'background',
      strategy: 'background',
      outcome: 'success',
      cleanup: async () => {},
    }),
    () => ({
      ...plain,
      name: 'forced',
      strategy: 'forced',
      outcome: 'forced',
      hasForce: true,
      cleanup: () => {},
    }),
    () => this.#retryable(),
  ]

  constructor(rate: number, seed: number) {
    this.#rate = rate
    this.#seed = seed
  }

  next(): Fault {
    for (const fault of this.#kinds) if (this.#random() < this.#rate) return fault()
    if (this.#random() < 0.01) {
      return { ...plain, name: 'file', outcome: 'success', hasFile: true, cleanup: close => close() }
    }
    return this.#successes[Math.floor(this.#random() * this.#successes.length)]!()
  }

  /** Each attempt fails by chance: three in a row hardly ever. */
  #retryable(): Fault {
    let attempts = 0
    return {
      ...plain,
      name: 'retryable',
      outcome: 'success',
      retry: true,
      cleanup: async (_, decided) => {
        attempts++
        if (this.#random() >= this.#rate) decided(true)
        else {
          if (attempts === 3) decided(false)
          throw new Error('busy')
        }
      },
    }
  }

  /** Mulberry32: the same fates in every run. */
  #random(): number {
    this.#seed = (this.#seed + 0x6d2b79f5) | 0
    let t = Math.imul(this.#seed ^ (this.#seed >>> 15), 1 | this.#seed)
    t = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t
    return ((t ^ (t >>> 14)) >>> 0) / 2 ** 32
  }
}
