import type { Operation } from '@leasehold/core'
import type { IdentitySettings } from '../pool-identity.ts'
import { SPAN_POOL_CREATE, SPAN_POOL_VALIDATE } from '../telemetry/names.generated.ts'
import type { PoolTelemetry } from '../telemetry/pool-telemetry.ts'
import { inCallersContext } from './callers-context.ts'
import type { ForeignBooks, ForeignFactory, Observable } from './foreign-pool.ts'

type Call = (...args: unknown[]) => unknown

/**
 * Stands before an observed pool's factory, which is called as before: with the same `this` and arguments, in the same
 * async context, and looked up each time. What it gives is made a promise as generic-pool itself would: a lazy thenable
 * must not be asked twice.
 */
export class ObservedFactory {
  /** How many `create` is under way for. */
  creating: number = 0
  readonly #books: ForeignBooks
  readonly #settings: IdentitySettings
  readonly #telemetry: PoolTelemetry

  constructor(books: ForeignBooks, settings: IdentitySettings, telemetry: PoolTelemetry) {
    this.#books = books
    this.#settings = settings
    this.#telemetry = telemetry
  }

  /**
   * What the pool is to call instead.
   *
   * @param destroy is given the factory's own, ready to be called
   */
  facade(destroy: (own: () => unknown) => unknown): ForeignFactory {
    const own = this.#books.factory
    const instead =
      (key: keyof ForeignFactory, call: (own: () => unknown) => unknown): (() => unknown) =>
      () => {
        // Something that is no function is generic-pool's to complain about.
        if (typeof own[key] !== 'function') return own[key]
        return (...args: unknown[]) =>
          inCallersContext(() => call(() => Reflect.apply(own[key] as Call, own, args)))
      }
    return Object.create(own, {
      create: { get: instead('create', call => this.#create(call)), enumerable: true },
      validate: { get: instead('validate', call => this.#validate(call)), enumerable: true },
      destroy: { get: instead('destroy', destroy), enumerable: true },
    }) as ForeignFactory
  }

  #create(call: () => unknown): unknown {
    const { clock } = this.#settings
    const startedAt = clock.now()
    this.creating++
    return this.#observed(SPAN_POOL_CREATE, call, () => {
      this.creating--
      this.#telemetry.created(clock.now() - startedAt)
    })
  }

  #validate(call: () => unknown): unknown {
    return this.#observed(SPAN_POOL_VALIDATE, call, () => {})
  }

  #observed(span: string, call: () => unknown, over: () => void): Observable {
    const { resources } = this.#telemetry.spans
    const operation: Operation | undefined = resources.begin(span)
    const ended = (failed: { error?: unknown }): void => {
      over()
      resources.end(operation, failed)
    }
    try {
      const promise = this.#books.promises.resolve(resources.within(operation, call))
      // Before generic-pool's own, which follow at once.
      promise.then(
        () => ended({}),
        error => ended({ error }),
      )
      return promise
    } catch (error) {
      ended({ error })
      throw error
    }
  }
}
