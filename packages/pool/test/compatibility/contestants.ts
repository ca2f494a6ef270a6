import { createRequire } from 'node:module'
import { ResourceRegistry } from '@leasehold/core'
import sinon, { type SinonFakeTimers } from 'sinon'
import { createPool as createOurs } from '../../src/generic-pool.ts'
import { turns } from '../workshop.ts'

/** What the two have in common: generic-pool's own methods. */
export interface AnyPool<T> {
  acquire(priority?: number): PromiseLike<T>
  release(resource: T): PromiseLike<void>
  destroy(resource: T): PromiseLike<void>
  use<R>(fn: (resource: T) => R | PromiseLike<R>, priority?: number): PromiseLike<R>
  isBorrowedResource(resource: T): boolean
  start(): void
  ready(): PromiseLike<void>
  drain(): PromiseLike<void>
  clear(): PromiseLike<void>
  on(event: 'factoryCreateError' | 'factoryDestroyError', listener: (error: Error) => void): unknown
  readonly size: number
  readonly available: number
  readonly borrowed: number
  readonly pending: number
  readonly max: number
  readonly min: number
  readonly spareResourceCapacity: number
}

interface AnyFactory<T> {
  create(): T | PromiseLike<T>
  destroy(resource: T): unknown
  validate?(resource: T): unknown
}

type Create = <T>(factory: AnyFactory<T>, options?: object) => AnyPool<T>

const require = createRequire(import.meta.url)

/** What a case makes its pools with: one of the two, and time that goes only when told to. */
export class Bench {
  readonly create: Create
  readonly #timers: SinonFakeTimers

  private constructor(create: Create, timers: SinonFakeTimers) {
    this.create = create
    this.#timers = timers
  }

  /** Goes on by `millis`, in steps as small as any time-out of a case. */
  async pass(millis: number): Promise<void> {
    for (let passed = 0; passed < millis; passed += 10) {
      await turns()
      await this.#timers.tickAsync(Math.min(10, millis - passed))
    }
    await turns()
  }

  /** Runs a case with a pool of this kind. */
  static async run<R>(contestant: Contestant, fn: (bench: Bench) => Promise<R>): Promise<R> {
    const timers = sinon.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout', 'Date'] })
    try {
      return await fn(new Bench(contestant.maker(timers), timers))
    } finally {
      timers.restore()
    }
  }
}

export interface Contestant {
  readonly title: string
  maker(timers: SinonFakeTimers): Create
}

export const theirs: Contestant = {
  title: 'generic-pool',
  maker: () => (require('generic-pool') as { createPool: Create }).createPool,
}

export const ours: Contestant = {
  title: '@leasehold/pool/generic-pool',
  maker: timers => {
    const clock = {
      now: () => timers.now,
      setTimeout: (fn: () => void, millis: number) => timers.setTimeout(fn, millis),
      clearTimeout: (timer: unknown) => timers.clearTimeout(timer as number),
    }
    const registry = new ResourceRegistry({ clock, cleanupGraceMillis: 10 })
    return (factory, options = {}) => createOurs(factory as never, { clock, registry, ...options }) as never
  },
}

/** A factory of numbered things, and what became of them. */
export class Things {
  created: number = 0
  readonly destroyed: { id: number }[] = []
  /** The most that existed at once. */
  peak: number = 0

  readonly create = async (): Promise<{ id: number }> => {
    const thing = { id: this.created++ }
    this.peak = Math.max(this.peak, this.created - this.destroyed.length)
    return thing
  }
  readonly destroy = async (thing: { id: number }): Promise<void> => {
    this.destroyed.push(thing)
  }
  readonly validate = async (): Promise<boolean> => true
}

/** What a promise came to, in a word or two. */
export async function outcomeOf(promise: PromiseLike<unknown>): Promise<string> {
  let outcome = 'pending'
  void promise.then(
    () => (outcome = 'resolves'),
    (error: Error & { code?: string }) => (outcome = `rejects: ${error.code ?? error.message}`),
  )
  await turns()
  return outcome
}
