import * as v from 'valibot'
import { checkOptions, ConfigError, type OptionSchema } from '@leasehold/core'
import { identityEntries, identitySettings, ownerOf, type PoolIdentity } from '../pool-identity.ts'
import { poolPresets } from '../presets.ts'
import { booksOf, type ForeignPool } from './foreign-pool.ts'
import { PoolObserver } from './pool-observer.ts'

const schema: OptionSchema = v.strictObject(identityEntries)

/** On pools that are observed, by whichever copy of this package. */
const OBSERVED: unique symbol = Symbol.for('leasehold.pool.observed')

/**
 * Gives a generic-pool that exists already, of version 3 and whatever copy, the spans, metrics and leases of a pool of
 * ours. It does what it did: the same resources, promises, errors and events in the same order, its defects too. Only
 * this one is changed, and only until it is drained and cleared.
 *
 * What was created and lent before is accounted from now on. A second time it changes nothing.
 *
 * ```ts
 * const pool = observeGenericPool(genericPool.createPool(factory, { max: 10 }), { name: 'orders-db' })
 * ```
 *
 * @returns the same pool
 * @throws ConfigError for what is no generic-pool 3, and for an option that is unknown or wrong
 */
export function observeGenericPool<P extends object>(existing: P, options: PoolIdentity = {}): P {
  checkOptions(ownerOf(options), schema, options)
  const books = booksOf(existing)
  if (books === undefined) {
    throw new ConfigError('observeGenericPool', 'existing', 'a pool made by generic-pool 3', existing)
  }
  const pool = existing as unknown as ForeignPool & { [OBSERVED]?: true }
  if (pool[OBSERVED] === true) return existing
  Object.defineProperty(pool, OBSERVED, { value: true })
  new PoolObserver(pool, books, identitySettings(options, poolPresets.production)).watch()
  return existing
}
