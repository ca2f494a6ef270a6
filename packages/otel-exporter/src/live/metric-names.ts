/** What the live page reads of what the packages export. A test compares it with the registry of all names. */
export const METRIC = {
  acquisitions: 'leasehold.lease.acquisitions',
  active: 'leasehold.lease.active',
  overdue: 'leasehold.lease.overdue',
  quarantined: 'leasehold.lease.quarantined',
  oldestAge: 'leasehold.lease.oldest.age',
  cleanups: 'leasehold.cleanups',
  successRatio: 'leasehold.cleanup.success.ratio',
  alerts: 'leasehold.alert.active',
  poolResources: 'leasehold.pool.resource.count',
  poolLimit: 'leasehold.pool.resource.limit',
  poolPending: 'leasehold.pool.pending_requests',
  poolTimeouts: 'leasehold.pool.timeouts',
  poolBreaker: 'leasehold.pool.breaker.state',
  cacheRequests: 'leasehold.cache.requests',
  cacheEvictions: 'leasehold.cache.evictions',
  cacheEntries: 'leasehold.cache.entry.count',
  cacheEntryLimit: 'leasehold.cache.entry.limit',
  cacheSize: 'leasehold.cache.size',
  cacheSizeLimit: 'leasehold.cache.size.limit',
  mappings: 'leasehold.mmap.mapping.count',
  mappedSize: 'leasehold.mmap.mapped.size',
  mappingFaults: 'leasehold.mmap.faults',
  mappingFallbacks: 'leasehold.mmap.fallbacks',
} as const

export const ATTRIBUTE = {
  kind: 'leasehold.kind',
  name: 'leasehold.name',
  outcome: 'leasehold.cleanup.outcome',
  window: 'leasehold.cleanup.window',
  rule: 'leasehold.alert.rule',
  severity: 'leasehold.alert.severity',
  resourceState: 'leasehold.pool.resource.state',
  result: 'leasehold.cache.result',
  cacheState: 'leasehold.cache.state',
  backend: 'leasehold.mmap.backend',
} as const

export type MetricName = (typeof METRIC)[keyof typeof METRIC]
export type AttributeName = (typeof ATTRIBUTE)[keyof typeof ATTRIBUTE]
