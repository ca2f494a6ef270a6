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

/** How the file is reached. */
export const ATTR_MMAP_BACKEND = 'leasehold.mmap.backend'

export type MmapBackendValue = 'mmap' | 'file'

export const MMAP_BACKEND_VALUES: readonly MmapBackendValue[] = ['mmap', 'file']

/** Which way bytes were copied. */
export const ATTR_MMAP_DIRECTION = 'leasehold.mmap.direction'

export type MmapDirectionValue = 'read' | 'write'

export const MMAP_DIRECTION_VALUES: readonly MmapDirectionValue[] = ['read', 'write']

/** Why a mapping can be used no more. */
export const ATTR_MMAP_FAULT_REASON = 'leasehold.mmap.fault.reason'

export type MmapFaultReasonValue = 'truncated' | 'no_space'

export const MMAP_FAULT_REASON_VALUES: readonly MmapFaultReasonValue[] = ['truncated', 'no_space']

/** Why a file is read and written instead of mapped. */
export const ATTR_MMAP_FALLBACK_REASON = 'leasehold.mmap.fallback.reason'

export type MmapFallbackReasonValue = 'requested' | 'no_binary' | 'no_external_buffers' | 'unmappable' | 'limit'

export const MMAP_FALLBACK_REASON_VALUES: readonly MmapFallbackReasonValue[] = ['requested', 'no_binary', 'no_external_buffers', 'unmappable', 'limit']

/** Files that are mapped now, by how they are reached. */
export const METRIC_MMAP_MAPPING_COUNT: MetricDefinition = {
  name: 'leasehold.mmap.mapping.count',
  instrument: 'updowncounter',
  unit: '{mapping}',
  description: 'Files that are mapped now, by how they are reached.',
  attributes: [ATTR_KIND, ATTR_NAME, ATTR_MMAP_BACKEND],
}

/** Bytes that are mapped now. */
export const METRIC_MMAP_MAPPED_SIZE: MetricDefinition = {
  name: 'leasehold.mmap.mapped.size',
  instrument: 'updowncounter',
  unit: 'By',
  description: 'Bytes that are mapped now.',
  attributes: [ATTR_KIND, ATTR_NAME],
}

/** Bytes copied by block operations. */
export const METRIC_MMAP_IO: MetricDefinition = {
  name: 'leasehold.mmap.io',
  instrument: 'counter',
  unit: 'By',
  description: 'Bytes copied by block operations.',
  attributes: [ATTR_KIND, ATTR_NAME, ATTR_MMAP_DIRECTION],
}

/** Mappings that became unusable, by why. */
export const METRIC_MMAP_FAULTS: MetricDefinition = {
  name: 'leasehold.mmap.faults',
  instrument: 'counter',
  unit: '{fault}',
  description: 'Mappings that became unusable, by why.',
  attributes: [ATTR_KIND, ATTR_NAME, ATTR_MMAP_FAULT_REASON],
}

/** Files that were opened to be read and written instead of mapped, by why. */
export const METRIC_MMAP_FALLBACKS: MetricDefinition = {
  name: 'leasehold.mmap.fallbacks',
  instrument: 'counter',
  unit: '{fallback}',
  description: 'Files that were opened to be read and written instead of mapped, by why.',
  attributes: [ATTR_KIND, ATTR_NAME, ATTR_MMAP_FALLBACK_REASON],
}

/** How long flushes took. */
export const METRIC_MMAP_FLUSH_DURATION: HistogramDefinition = {
  name: 'leasehold.mmap.flush.duration',
  instrument: 'histogram',
  unit: 's',
  description: 'How long flushes took.',
  attributes: [ATTR_KIND, ATTR_NAME],
  boundaries: [0.0001, 0.00025, 0.0005, 0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30, 60, 300],
}

/** All of the above metrics. */
export const METRICS: readonly MetricDefinition[] = [
  METRIC_MMAP_MAPPING_COUNT,
  METRIC_MMAP_MAPPED_SIZE,
  METRIC_MMAP_IO,
  METRIC_MMAP_FAULTS,
  METRIC_MMAP_FALLBACKS,
  METRIC_MMAP_FLUSH_DURATION,
]

/** One mapFile, mapFileSync or attachMapping. */
export const SPAN_MMAP_MAP = 'mmap.map'

/** One flush. */
export const SPAN_MMAP_FLUSH = 'mmap.flush'

/** The end of a mapping, which is the cleanup of its lease. */
export const SPAN_MMAP_UNMAP = 'mmap.unmap'

/** All of the above spans. */
export const SPANS: readonly SpanDefinition[] = [
  {
    name: SPAN_MMAP_MAP,
    kind: 'internal',
    attributes: [ATTR_KIND, ATTR_NAME, ATTR_MMAP_BACKEND, ATTR_ERROR_TYPE],
  },
  {
    name: SPAN_MMAP_FLUSH,
    kind: 'internal',
    attributes: [ATTR_KIND, ATTR_NAME, ATTR_ERROR_TYPE],
  },
  {
    name: SPAN_MMAP_UNMAP,
    kind: 'internal',
    attributes: [ATTR_KIND, ATTR_NAME, ATTR_LEASE_ID, ATTR_CLEANUP_STRATEGY, ATTR_CLEANUP_OUTCOME, ATTR_CLEANUP_ATTEMPTS, ATTR_ERROR_TYPE],
  },
]
