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

/** Leases acquired since the start. */
export const METRIC_LEASE_ACQUISITIONS: MetricDefinition = {
  name: 'leasehold.lease.acquisitions',
  instrument: 'counter',
  unit: '{lease}',
  description: 'Leases acquired since the start.',
  attributes: [ATTR_KIND, ATTR_NAME],
}

/** Leases that are live now, acquired and not yet being released. */
export const METRIC_LEASE_ACTIVE: MetricDefinition = {
  name: 'leasehold.lease.active',
  instrument: 'updowncounter',
  unit: '{lease}',
  description: 'Leases that are live now, acquired and not yet being released.',
  attributes: [ATTR_KIND, ATTR_NAME],
}

/** Live leases held for longer than their leak threshold. */
export const METRIC_LEASE_OVERDUE: MetricDefinition = {
  name: 'leasehold.lease.overdue',
  instrument: 'updowncounter',
  unit: '{lease}',
  description: 'Live leases held for longer than their leak threshold.',
  attributes: [ATTR_KIND, ATTR_NAME],
}

/** Leases whose cleanup has been given up and has still not settled. */
export const METRIC_LEASE_QUARANTINED: MetricDefinition = {
  name: 'leasehold.lease.quarantined',
  instrument: 'updowncounter',
  unit: '{lease}',
  description: 'Leases whose cleanup has been given up and has still not settled.',
  attributes: [ATTR_KIND, ATTR_NAME],
}

/** Age of the oldest live lease. */
export const METRIC_LEASE_OLDEST_AGE: MetricDefinition = {
  name: 'leasehold.lease.oldest.age',
  instrument: 'gauge',
  unit: 's',
  description: 'Age of the oldest live lease.',
  attributes: [ATTR_KIND, ATTR_NAME],
}

/** How long leases were held, from acquisition to the begin of their release. */
export const METRIC_LEASE_DURATION: HistogramDefinition = {
  name: 'leasehold.lease.duration',
  instrument: 'histogram',
  unit: 's',
  description: 'How long leases were held, from acquisition to the begin of their release.',
  attributes: [ATTR_KIND, ATTR_NAME],
  boundaries: [0.0001, 0.00025, 0.0005, 0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30, 60, 300],
}

/** Leases that have ended, by outcome. */
export const METRIC_CLEANUPS: MetricDefinition = {
  name: 'leasehold.cleanups',
  instrument: 'counter',
  unit: '{cleanup}',
  description: 'Leases that have ended, by outcome.',
  attributes: [ATTR_KIND, ATTR_NAME, ATTR_CLEANUP_OUTCOME],
}

/** How long cleanups took, from their first call to their outcome. */
export const METRIC_CLEANUP_DURATION: HistogramDefinition = {
  name: 'leasehold.cleanup.duration',
  instrument: 'histogram',
  unit: 's',
  description: 'How long cleanups took, from their first call to their outcome.',
  attributes: [ATTR_KIND, ATTR_NAME, ATTR_CLEANUP_STRATEGY, ATTR_ERROR_TYPE],
  boundaries: [0.0001, 0.00025, 0.0005, 0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30, 60, 300],
}

/** All of the above metrics. */
export const METRICS: readonly MetricDefinition[] = [
  METRIC_LEASE_ACQUISITIONS,
  METRIC_LEASE_ACTIVE,
  METRIC_LEASE_OVERDUE,
  METRIC_LEASE_QUARANTINED,
  METRIC_LEASE_OLDEST_AGE,
  METRIC_LEASE_DURATION,
  METRIC_CLEANUPS,
  METRIC_CLEANUP_DURATION,
]

/** One cleanup, from its first call to its outcome. */
export const SPAN_LEASE_CLEANUP = 'lease.cleanup'

/** All of the above spans. */
export const SPANS: readonly SpanDefinition[] = [
  {
    name: SPAN_LEASE_CLEANUP,
    kind: 'internal',
    attributes: [ATTR_KIND, ATTR_NAME, ATTR_LEASE_ID, ATTR_CLEANUP_STRATEGY, ATTR_CLEANUP_OUTCOME, ATTR_CLEANUP_ATTEMPTS, ATTR_ERROR_TYPE],
  },
]
