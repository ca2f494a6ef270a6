import type { LeaseInfo } from '@leasehold/core'
import type { LeakDetector, LeakSnapshot } from '@leasehold/leak-detector'
import { readableFrame } from './source-position.ts'

/** Leases of one kind and name, taken at one place, that outlived the requests that took them. */
export interface Leak {
  readonly kind: string
  readonly name: string
  readonly count: number
  readonly oldestHeldMillis: number
  readonly newestHeldMillis: number
  /** Where they were taken, the first frame of the program first. */
  readonly stack: readonly string[]
}

const MAX_LEASES = 10_000

// The program's one way of opening files appears in every stack, and Node's internals explain nothing here.
const PLUMBING = /[\\/]leased-files\.[jt]s:|\(?node:/

type Taken = Pick<LeaseInfo, 'kind' | 'name' | 'heldMillis'> & { readonly stack?: string }

// A pool's clients are meant to outlive requests, those that replace a broken one included; their loans are not.
const POOLED = 'pool.resource'

/**
 * Finds what a load forgets. Create it before the load begins; once all its requests are answered, whatever was taken
 * since and is still held has no owner any more, nor has what the garbage collector has found dropped.
 */
export class LeakReport implements Disposable {
  readonly #detector: LeakDetector
  readonly #before: LeakSnapshot
  readonly #collected: Taken[] = []
  readonly #listening: Disposable

  constructor(detector: LeakDetector) {
    this.#detector = detector
    this.#before = detector.snapshot()
    this.#listening = detector.on('leak', ({ reason, lease }) => {
      if (reason === 'abandoned') this.#collected.push(lease)
    })
  }

  [Symbol.dispose](): void {
    this.#listening[Symbol.dispose]()
  }

  count(): number {
    return this.#taken().length
  }

  leaks(): Leak[] {
    const groups = new Map<string, Taken[]>()
    for (const lease of this.#taken()) {
      const key = [lease.kind, lease.name, lease.stack].join('\n')
      groups.set(key, [...(groups.get(key) ?? []), lease])
    }
    return [...groups.values()].map(describe)
  }

  #taken(): Taken[] {
    const { leases } = this.#detector.report({ since: this.#before, limit: MAX_LEASES })
    return [...leases.filter(({ kind }) => kind !== POOLED), ...this.#collected]
  }
}

function describe(leases: readonly Taken[]): Leak {
  const { kind, name, stack = '' } = leases[0] as Taken
  const held = leases.map(lease => lease.heldMillis)
  const frames = stack.split('\n').filter(frame => frame.startsWith('at ') && !PLUMBING.test(frame))
  return {
    kind,
    name,
    count: leases.length,
    oldestHeldMillis: Math.max(...held),
    newestHeldMillis: Math.min(...held),
    stack: frames.map(readableFrame),
  }
}
