/** What the live page shows, as it goes over the wire: plain JSON, sent whole each time, so that a page needs no memory. */
export interface LiveState {
  readonly service: string
  readonly pid: number
  readonly uptimeSeconds: number
  readonly overview: Overview
  readonly alerts: Limited<AlertRow>
  readonly resources: Limited<ResourceRow>
  readonly pools: Limited<PoolRow>
  readonly caches: Limited<CacheRow>
  readonly mappings: Limited<MappingRow>
  readonly leases: Limited<LeaseRow>
}

/** The first of a list, and how many there are besides. */
export interface Limited<T> {
  readonly rows: readonly T[]
  readonly more: number
}

/** One value a second, the newest last; as many as there have been while somebody watched. */
export type Trend = readonly number[]

/** Over all kinds and names. */
export interface Overview extends LeaseFigures {
  readonly trend: Trend
  readonly success: CleanupSuccess
  readonly alerts: number
}

export interface CleanupSuccess {
  /** 0 to 1; null where no cleanup has ended. */
  readonly ratio: number | null
  /** Over how long: the leak detector's longest window, or since the start where none runs. */
  readonly window: '60m' | '5m' | 'start'
  readonly target: number
}

export interface LeaseFigures {
  readonly acquired: number
  /** Acquisitions a second, over the last seconds; null before there are two readings. */
  readonly rate: number | null
  readonly live: number
  readonly releasing: number
  readonly overdue: number
  readonly quarantined: number
  readonly succeeded: number
  /** Failures, time-outs and abandoned ones. */
  readonly failed: number
  readonly forced: number
  readonly oldestSeconds: number
}

export interface Named {
  readonly name: string
}

export interface Identity extends Named {
  readonly kind: string
}

export interface ResourceRow extends Identity, LeaseFigures {
  readonly trend: Trend
}

export interface PoolRow extends Named {
  readonly used: number
  readonly idle: number
  readonly creating: number
  readonly destroying: number
  readonly limit: number
  readonly waiting: number
  readonly timeouts: number
  readonly breaker: 'closed' | 'half-open' | 'open'
  /** Of those that wait. */
  readonly trend: Trend
}

export interface CacheRow extends Named {
  /** Hits and stale answers of all requests, 0 to 1; null before the first. */
  readonly hitRatio: number | null
  readonly requests: number
  readonly entries: number
  readonly entryLimit: number | null
  readonly bytes: number
  readonly byteLimit: number | null
  readonly retiredBytes: number
  readonly evictions: number
  /** Of the bytes, or of the entries where no sizes are known. */
  readonly trend: Trend
}

export interface MappingRow extends Named {
  readonly mapped: number
  readonly onFile: number
  readonly bytes: number
  readonly faults: number
  readonly fallbacks: number
}

export interface AlertRow extends Identity {
  readonly rule: string
  readonly severity: string
  readonly count: number
}

export interface LeaseRow extends Identity {
  readonly id: number
  readonly state: string
  readonly heldSeconds: number
  readonly overdue: boolean
  readonly stack: string | null
  readonly traceUrl: string | null
}
