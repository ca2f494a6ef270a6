import { HotHistogram, SeriesByName } from '@leasehold/core'
import type { PoolPhase } from '../pool-error.ts'
import type { PoolStatus } from '../pool-status.ts'
import * as names from './names.generated.ts'

/** What telemetry reads of one pool. */
export interface PoolReading {
  status(): PoolStatus
}

/**
 * The figures of all pools of one name: two of a name are summed, and what was counted outlives the pool, as a counter
 * that fell would be a lie.
 */
export class PoolSeries {
  readonly name: string
  /** Whether a pool of the name was declared a database's: then all of the name are. */
  isDatabase: boolean = false
  /** Acquires that ended with a time-out, in whatever phase. */
  acquireTimeouts: number = 0
  readonly timeouts: Record<PoolPhase, number> = { wait: 0, create: 0, validate: 0, reset: 0, destroy: 0 }
  /** Acquires that found an idle resource: each is a wait of 0, put into the histogram when that is read. */
  immediate: number = 0
  readonly #waits: HotHistogram = new HotHistogram(names.METRIC_POOL_WAIT_DURATION.boundaries)
  readonly creates: HotHistogram = new HotHistogram(names.METRIC_POOL_CREATE_DURATION.boundaries)
  /** Pools that are not drained. */
  readonly open: Set<PoolReading> = new Set()

  constructor(name: string) {
    this.name = name
  }

  /** Of the pools that are there, each taken once. */
  statuses(): PoolStatus[] {
    return [...this.open].map(pool => pool.status())
  }

  waited(seconds: number): void {
    this.#waits.record(seconds)
  }

  get waits(): HotHistogram {
    this.#waits.recordMany(0, this.immediate)
    this.immediate = 0
    return this.#waits
  }
}

export function sumOf(statuses: readonly PoolStatus[], figure: (status: PoolStatus) => number): number {
  return statuses.reduce((sum, status) => sum + figure(status), 0)
}

export const poolSeries: SeriesByName<PoolSeries> = new SeriesByName(name => new PoolSeries(name))

export function databaseSeries(): PoolSeries[] {
  return [...poolSeries].filter(({ isDatabase }) => isDatabase)
}
