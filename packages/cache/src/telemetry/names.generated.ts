// Generated from packages/core/telemetry/registry by `npx tsx packages/core/telemetry/generate.ts`.
// Do not edit: change the registry and run that again.

/** One metric, as the registry has it. */
export interface MetricDefinition {
  readonly name: string
  readonly instrument: 'counter' | 'updowncounter' | 'gauge' | 'histogram'
  readonly unit: string
  readonly description: string
  /** The attributes that its points may have. */
  readonly attributes: readonly string[]
}

export interface HistogramDefinition extends MetricDefinition {
  readonly instrument: 'histogram'
  /** Upper bounds, inclusive. */
  readonly boundaries: readonly number[]
}

/** One span, as the registry has it. */
interface SpanDefinition {
  readonly name: string
  readonly kind: 'internal' | 'client' | 'server' | 'producer' | 'consumer'
  readonly attributes: readonly string[]
}

/** The class of error the operation ended with. */
export const ATTR_ERROR_TYPE = 'error.type'

/** What is held. */
export const ATTR_KIND = 'leasehold.kind'

/** Whose it is. */
export const ATTR_NAME = 'leasehold.name'

/** The lease's number in its registry. */
export const ATTR_LEASE_ID = 'leasehold.lease.id'

/** How the cleanup was to be run. */
export const ATTR_CLEANUP_STRATEGY = 'leasehold.cleanup.strategy'

export type CleanupStrategyValue = 'immediate' | 'background' | 'forced'

export const CLEANUP_STRATEGY_VALUES: readonly CleanupStrategyValue[] = ['immediate', 'background', 'forced']

/** How the lease ended. */
export const ATTR_CLEANUP_OUTCOME = 'leasehold.cleanup.outcome'

export type CleanupOutcomeValue = 'success' | 'failure' | 'timeout' | 'abandoned' | 'forced'

export const CLEANUP_OUTCOME_VALUES: readonly CleanupOutcomeValue[] = ['success', 'failure', 'timeout', 'abandoned', 'forced']

/** How often the cleanup was called, retries included. */
export const ATTR_CLEANUP_ATTEMPTS = 'leasehold.cleanup.attempts'

/** What a request came to. */
export const ATTR_CACHE_RESULT = 'leasehold.cache.result'

export type CacheResultValue = 'hit' | 'miss' | 'stale'

export const CACHE_RESULT_VALUES: readonly CacheResultValue[] = ['hit', 'miss', 'stale']

/** Where a value is. */
export const ATTR_CACHE_STATE = 'leasehold.cache.state'

export type CacheStateValue = 'live' | 'retired'

export const CACHE_STATE_VALUES: readonly CacheStateValue[] = ['live', 'retired']

/** Why a value left the cache, or was not let in. */
export const ATTR_CACHE_REASON = 'leasehold.cache.reason'

export type CacheReasonValue = 'size' | 'bytes' | 'expired' | 'replaced' | 'deleted' | 'cleared' | 'pressure' | 'closed'

export const CACHE_REASON_VALUES: readonly CacheReasonValue[] = ['size', 'bytes', 'expired', 'replaced', 'deleted', 'cleared', 'pressure', 'closed']

/** How many values left for the reason `size`. */
export const ATTR_CACHE_EVICTED_SIZE = 'leasehold.cache.evicted.size'

/** How many values left for the reason `bytes`. */
export const ATTR_CACHE_EVICTED_BYTES = 'leasehold.cache.evicted.bytes'

/** How many values left for the reason `expired`. */
export const ATTR_CACHE_EVICTED_EXPIRED = 'leasehold.cache.evicted.expired'

/** How many values left for the reason `replaced`. */
export const ATTR_CACHE_EVICTED_REPLACED = 'leasehold.cache.evicted.replaced'

/** How many values left for the reason `deleted`. */
export const ATTR_CACHE_EVICTED_DELETED = 'leasehold.cache.evicted.deleted'

/** How many values left for the reason `cleared`. */
export const ATTR_CACHE_EVICTED_CLEARED = 'leasehold.cache.evicted.cleared'

/** How many values left for the reason `pressure`. */
export const ATTR_CACHE_EVICTED_PRESSURE = 'leasehold.cache.evicted.pressure'

/** How many values left for the reason `closed`. */
export const ATTR_CACHE_EVICTED_CLOSED = 'leasehold.cache.evicted.closed'

/** Their accounted bytes together. */
export const ATTR_CACHE_FREED = 'leasehold.cache.freed'

/** Requests, by what they came to. */
export const METRIC_CACHE_REQUESTS: MetricDefinition = {
  name: 'leasehold.cache.requests',
  instrument: 'counter',
  unit: '{request}',
  description: 'Requests, by what they came to.',
  attributes: [ATTR_KIND, ATTR_NAME, ATTR_CACHE_RESULT],
}

/** Values that left the cache, or were not let in, by reason. */
export const METRIC_CACHE_EVICTIONS: MetricDefinition = {
  name: 'leasehold.cache.evictions',
  instrument: 'counter',
  unit: '{eviction}',
  description: 'Values that left the cache, or were not let in, by reason.',
  attributes: [ATTR_KIND, ATTR_NAME, ATTR_CACHE_REASON],
}

/** Accounted bytes of the values that left the cache, or were not let in, by reason. */
export const METRIC_CACHE_EVICTION_SIZE: MetricDefinition = {
  name: 'leasehold.cache.eviction.size',
  instrument: 'counter',
  unit: 'By',
  description: 'Accounted bytes of the values that left the cache, or were not let in, by reason.',
  attributes: [ATTR_KIND, ATTR_NAME, ATTR_CACHE_REASON],
}

/** Values that there are, by state. */
export const METRIC_CACHE_ENTRY_COUNT: MetricDefinition = {
  name: 'leasehold.cache.entry.count',
  instrument: 'updowncounter',
  unit: '{entry}',
  description: 'Values that there are, by state.',
  attributes: [ATTR_KIND, ATTR_NAME, ATTR_CACHE_STATE],
}

/** How many entries the cache may have. */
export const METRIC_CACHE_ENTRY_LIMIT: MetricDefinition = {
  name: 'leasehold.cache.entry.limit',
  instrument: 'updowncounter',
  unit: '{entry}',
  description: 'How many entries the cache may have.',
  attributes: [ATTR_KIND, ATTR_NAME],
}

/** Accounted bytes of the values that there are, by state. */
export const METRIC_CACHE_SIZE: MetricDefinition = {
  name: 'leasehold.cache.size',
  instrument: 'updowncounter',
  unit: 'By',
  description: 'Accounted bytes of the values that there are, by state.',
  attributes: [ATTR_KIND, ATTR_NAME, ATTR_CACHE_STATE],
}

/** How many bytes the live values may have together. */
export const METRIC_CACHE_SIZE_LIMIT: MetricDefinition = {
  name: 'leasehold.cache.size.limit',
  instrument: 'updowncounter',
  unit: 'By',
  description: 'How many bytes the live values may have together.',
  attributes: [ATTR_KIND, ATTR_NAME],
}

/** How long loads took. */
export const METRIC_CACHE_LOAD_DURATION: HistogramDefinition = {
  name: 'leasehold.cache.load.duration',
  instrument: 'histogram',
  unit: 's',
  description: 'How long loads took.',
  attributes: [ATTR_KIND, ATTR_NAME],
  boundaries: [0.0001, 0.00025, 0.0005, 0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30, 60, 300],
}

/** All of the above metrics. */
export const METRICS: readonly MetricDefinition[] = [
  METRIC_CACHE_REQUESTS,
  METRIC_CACHE_EVICTIONS,
  METRIC_CACHE_EVICTION_SIZE,
  METRIC_CACHE_ENTRY_COUNT,
  METRIC_CACHE_ENTRY_LIMIT,
  METRIC_CACHE_SIZE,
  METRIC_CACHE_SIZE_LIMIT,
  METRIC_CACHE_LOAD_DURATION,
]

/** One load, for however many callers. */
export const SPAN_CACHE_LOAD = 'cache.load'

/** One sweep, in which values left the cache; never one a value. */
export const SPAN_CACHE_EVICT = 'cache.evict'

/** One disposal, which is the cleanup of its lease. */
export const SPAN_CACHE_DISPOSE = 'cache.dispose'

/** All of the above spans. */
export const SPANS: readonly SpanDefinition[] = [
  {
    name: SPAN_CACHE_LOAD,
    kind: 'internal',
    attributes: [ATTR_KIND, ATTR_NAME, ATTR_ERROR_TYPE],
  },
  {
    name: SPAN_CACHE_EVICT,
    kind: 'internal',
    attributes: [ATTR_KIND, ATTR_NAME, ATTR_CACHE_EVICTED_SIZE, ATTR_CACHE_EVICTED_BYTES, ATTR_CACHE_EVICTED_EXPIRED, ATTR_CACHE_EVICTED_REPLACED, ATTR_CACHE_EVICTED_DELETED, ATTR_CACHE_EVICTED_CLEARED, ATTR_CACHE_EVICTED_PRESSURE, ATTR_CACHE_EVICTED_CLOSED, ATTR_CACHE_FREED],
  },
  {
    name: SPAN_CACHE_DISPOSE,
    kind: 'internal',
    attributes: [ATTR_KIND, ATTR_NAME, ATTR_LEASE_ID, ATTR_CLEANUP_STRATEGY, ATTR_CLEANUP_OUTCOME, ATTR_CLEANUP_ATTEMPTS, ATTR_ERROR_TYPE],
  },
]
