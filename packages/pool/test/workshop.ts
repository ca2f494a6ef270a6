import assert from 'node:assert/strict'
import { ResourceRegistry } from '@leasehold/core'
import { FakeClock, turns } from '../../core/test/fake-clock.ts'
import { createPool, type Pool, type PoolEvents, type PoolFactory, type PoolOptions } from '../src/index.ts'

/** What the workshop makes. */
export interface Thing {
  readonly id: number
}

/** A factory whose steps a test can replace, and the truth about what it has made. */
export class Workshop {
  readonly clock: FakeClock = new FakeClock()
  readonly registry: ResourceRegistry = new ResourceRegistry({ clock: this.clock, cleanupGraceMillis: 100 })
  readonly alive: Set<Thing> = new Set()
  created: number = 0
  destroyed: number = 0
  /** The most that were alive at once. */
  peak: number = 0
  #pool: Pool<Thing> | undefined

  create: PoolFactory<Thing>['create'] = () => this.make()
  destroy: PoolFactory<Thing>['destroy'] = thing => this.unmake(thing)

  make(): Thing {
    const thing = { id: ++this.created }
    this.alive.add(thing)
    this.peak = Math.max(this.peak, this.alive.size)
    return thing
  }

  unmake(thing: Thing): void {
    assert(this.alive.delete(thing), 'what is destroyed is alive')
    this.destroyed++
  }

  pool(options: PoolOptions = {}, more: Partial<PoolFactory<Thing>> = {}): Pool<Thing> {
    const { clock, registry } = this
    return (this.#pool = createPool<Thing>(
      {
        create: signal => this.create(signal),
        destroy: (thing, signal) => this.destroy(thing, signal),
        ...more,
      },
      { name: 'things', clock, registry, ...options },
    ))
  }

  /** The accounts must add up, whatever has happened. */
  check(): void {
    const pool = this.#pool!
    const { size, idle, borrowed, validating, resetting, creating, destroying, max } = pool.status()
    assert.equal(size, idle + borrowed + validating + resetting + creating + destroying)
    for (const count of [idle, borrowed, validating, resetting, creating, destroying]) assert(count >= 0)
    assert(size <= max, `${size} of at most ${max}`)
    const { acquired, live, releasing, outcomes } = this.registry.stats()
    const { success, failure, timeout, abandoned, forced } = outcomes
    assert.equal(acquired, live + releasing + success + failure + timeout + abandoned + forced)
  }
}

/** All events of a type that a pool tells from now on. */
export function heard<K extends keyof PoolEvents>(pool: Pool<Thing>, type: K): PoolEvents[K][] {
  const events: PoolEvents[K][] = []
  pool.on(type, event => void events.push(event))
  return events
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

export { turns }
