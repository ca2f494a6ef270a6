import assert from 'node:assert/strict'
import { ResourceRegistry } from '@leasehold/core'
import { FakeClock, turns } from '../../core/test/fake-clock.ts'
import { createCache, type Cache, type CacheOptions, type RemovalReason } from '../src/index.ts'

/** A value that knows its own end. */
export interface Jar {
  readonly id: number
  readonly bytes: number
  readonly ends: RemovalReason[]
}

/** A cache of jars whose time a test moves, and the truth about what becomes of them. */
export class Larder {
  readonly clock: FakeClock = new FakeClock()
  readonly registry: ResourceRegistry = new ResourceRegistry({ clock: this.clock, cleanupGraceMillis: 100 })
  readonly jars: Jar[] = []
  loads: number = 0

  jar(bytes: number = 1): Jar {
    const jar = { id: this.jars.length, bytes, ends: [] }
    this.jars.push(jar)
    return jar
  }

  cache(options: CacheOptions<string, Jar> = {}): Cache<string, Jar> {
    const { clock, registry } = this
    return createCache<string, Jar>({
      name: 'jars',
      clock,
      registry,
      pressure: false,
      dispose: (jar, reason) => void jar.ends.push(reason),
      ...options,
    })
  }

  /** As {@link cache}, of anything. */
  of<V>(options: CacheOptions<string, V> = {}): Cache<string, V> {
    const { clock, registry } = this
    return createCache<string, V>({ name: 'things', clock, registry, pressure: false, ...options })
  }

  /** The leases of `kind`, all of them. */
  counts(kind: string): {
    acquired: number
    live: number
    success: number
    failure: number
    timeout: number
  } {
    const group = this.registry.stats().groups.find(each => each.kind === kind)
    const { acquired = 0, live = 0, outcomes } = group ?? {}
    const { success = 0, failure = 0, timeout = 0 } = outcomes ?? {}
    return { acquired, live, success, failure, timeout }
  }
}

/** The figures must add up, whatever has happened. */
export function check<V>(cache: Cache<string, V>): void {
  const { sets, entries, evictions, maxEntries, maxBytes, bytes } = cache.stats()
  assert.equal(
    sets,
    entries + Object.values(evictions).reduce((sum, count) => sum + count, 0),
    'sets = entries + evictions',
  )
  assert(entries <= maxEntries && bytes <= maxBytes, `${entries} entries, ${bytes} bytes`)
  assert.equal(entries, cache.size)
}

/** What a promise came to by now, without waiting for it. */
export async function stateOf(promise: Promise<unknown>): Promise<'pending' | 'fulfilled' | 'rejected'> {
  let state: 'pending' | 'fulfilled' | 'rejected' = 'pending'
  promise.then(
    () => (state = 'fulfilled'),
    () => (state = 'rejected'),
  )
  await turns()
  return state
}

export const never = (): Promise<never> => new Promise(() => {})

/** A promise, and how to settle it. */
export function pending<T>(): {
  promise: Promise<T>
  resolve: (value: T) => void
  reject: (error: unknown) => void
} {
  let resolve!: (value: T) => void
  let reject!: (error: unknown) => void
  const promise = new Promise<T>((...both) => ([resolve, reject] = both))
  return { promise, resolve, reject }
}

export { turns }
