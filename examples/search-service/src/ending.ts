import type { ResourceRegistry } from '@leasehold/core'
import { failures } from './report/resource-table.ts'
import type { Closing } from './report/summary.ts'

/** Measures the last drain from outside, the same way at the program's own end and at a signal's. */
export class Ending {
  readonly #registry: ResourceRegistry
  #cleanedBefore = 0
  #startedAt = 0

  constructor(registry: ResourceRegistry) {
    this.#registry = registry
  }

  /** To be called when the program has released what it means to release. */
  begin(): void {
    this.#cleanedBefore = this.#registry.stats().outcomes.success
    this.#startedAt = performance.now()
  }

  async drain(): Promise<Closing> {
    this.begin()
    await this.#registry.drain({ force: true })
    return this.closing()
  }

  closing(): Closing {
    const { acquired, live, releasing, outcomes } = this.#registry.stats()
    return {
      acquired,
      cleaned: outcomes.success,
      failed: failures(outcomes),
      stillOpen: live + releasing,
      cleanedByDrain: outcomes.success - this.#cleanedBefore,
      drainMillis: performance.now() - this.#startedAt,
    }
  }
}
