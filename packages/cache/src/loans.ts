import type { TrackOptions } from '@leasehold/core'
import type { CacheFigures } from './cache-figures.ts'
import { CacheLease } from './cache-lease.ts'
import type { CacheSettings } from './cache-options.ts'
import type { HeldValue } from './held-value.ts'
import type { Retirements } from './retirements.ts'

/** Lends values: each loan is the lease `cache.loan`. */
export class Loans<K, V> {
  readonly #settings: CacheSettings<K, V>
  readonly #figures: CacheFigures
  readonly #retirements: Retirements<K, V>
  readonly #terms: Omit<TrackOptions<V>, 'cleanup'>

  constructor(settings: CacheSettings<K, V>, figures: CacheFigures, retirements: Retirements<K, V>) {
    this.#settings = settings
    this.#figures = figures
    this.#retirements = retirements
    const { name, leakThresholdMillis, telemetry } = settings
    this.#terms = {
      kind: 'cache.loan',
      name,
      ...(leakThresholdMillis === undefined ? {} : { leakThresholdMillis }),
      // The end of a loan that succeeds would tell nothing.
      telemetry: Object.freeze({
        ...telemetry,
        spans: telemetry.spans === 'all' ? 'errors' : telemetry.spans,
      }),
    }
  }

  lend(held: HeldValue<V>): CacheLease<V> {
    // Before a listener of the registry's hears of it, who may take the value out of the cache.
    held.loans++
    this.#figures.loans++
    try {
      return this.#settings.registry.track(
        held.value,
        { ...this.#terms, cleanup: () => this.#returned(held) },
        CacheLease<V>,
      )
    } catch (error) {
      this.#returned(held)
      throw error
    }
  }

  #returned(held: HeldValue<V>): void {
    held.loans--
    this.#figures.loans--
    if (held.loans === 0 && held.isRetired) this.#retirements.unlent(held)
  }
}
