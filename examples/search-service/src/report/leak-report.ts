import type { LeaseInfo, ResourceRegistry } from '@leasehold/core'
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

const EVERY_LEASE = { limit: 10_000 }

// The program's one way of opening files appears in every stack, and Node's internals explain nothing here.
const PLUMBING = /[\\/]leased-files\.[jt]s:|\(?node:/

type Taken = Pick<LeaseInfo, 'kind' | 'name' | 'heldMillis'> & { readonly stack?: string }

// A pool's clients are meant to outlive requests, those that replace a broken one included; their loans are not.
const POOLED = 'pool.resource'

/**
 * Finds what a load forgets. Create it before the load begins; once all its requests are answered, whatever was taken
 * since and is still held has no owner any more. Of a lease that the garbage collector found first, the place is unknown.
 */
export class LeakReport implements Disposable {
  readonly #registry: ResourceRegistry
  readonly #before: ReadonlySet<number>
  readonly #collected: Taken[] = []
  readonly #listening: Disposable

  constructor(registry: ResourceRegistry) {
    this.#registry = registry
    this.#before = new Set(registry.leases(EVERY_LEASE).map(lease => lease.id))
    this.#listening = registry.on('abandoned', ({ kind, name, heldMillis }) => {
      this.#collected.push({ kind, name, heldMillis })
    })
  }

  [Symbol.dispose](): void {
    this.#listening[Symbol.dispose]()
  }

  leaks(): Leak[] {
    const held = this.#registry
      .leases(EVERY_LEASE)
      .filter(({ id, kind, state }) => state === 'live' && kind !== POOLED && !this.#before.has(id))
    const groups = new Map<string, Taken[]>()
    for (const lease of [...held, ...this.#collected]) {
      const key = [lease.kind, lease.name, lease.stack].join('\n')
      groups.set(key, [...(groups.get(key) ?? []), lease])
    }
    return [...groups.values()].map(describe)
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
