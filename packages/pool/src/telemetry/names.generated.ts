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

/** The name of the connection pool. */
export const ATTR_DB_CLIENT_CONNECTION_POOL_NAME = 'db.client.connection.pool.name'

/** The state of a connection in the pool. */
export const ATTR_DB_CLIENT_CONNECTION_STATE = 'db.client.connection.state'

export type DbClientConnectionStateValue = 'idle' | 'used'

export const DB_CLIENT_CONNECTION_STATE_VALUES: readonly DbClientConnectionStateValue[] = ['idle', 'used']

/** The database management system. */
export const ATTR_DB_SYSTEM_NAME = 'db.system.name'

/** The name of the database, within the server. */
export const ATTR_DB_NAMESPACE = 'db.namespace'

/** The server's domain name, address or Unix socket. */
export const ATTR_SERVER_ADDRESS = 'server.address'

/** The server's port. */
export const ATTR_SERVER_PORT = 'server.port'

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

/** Where a resource is. */
export const ATTR_POOL_RESOURCE_STATE = 'leasehold.pool.resource.state'

export type PoolResourceStateValue = 'idle' | 'used' | 'creating' | 'destroying'

export const POOL_RESOURCE_STATE_VALUES: readonly PoolResourceStateValue[] = ['idle', 'used', 'creating', 'destroying']

/** What took too long. */
export const ATTR_POOL_PHASE = 'leasehold.pool.phase'

export type PoolPhaseValue = 'wait' | 'create' | 'validate' | 'reset' | 'destroy'

export const POOL_PHASE_VALUES: readonly PoolPhaseValue[] = ['wait', 'create', 'validate', 'reset', 'destroy']

/** Resources of the pool, by state. */
export const METRIC_POOL_RESOURCE_COUNT: MetricDefinition = {
  name: 'leasehold.pool.resource.count',
  instrument: 'updowncounter',
  unit: '{resource}',
  description: 'Resources of the pool, by state.',
  attributes: [ATTR_KIND, ATTR_NAME, ATTR_POOL_RESOURCE_STATE],
}

/** How many resources the pool may have. */
export const METRIC_POOL_RESOURCE_LIMIT: MetricDefinition = {
  name: 'leasehold.pool.resource.limit',
  instrument: 'updowncounter',
  unit: '{resource}',
  description: 'How many resources the pool may have.',
  attributes: [ATTR_KIND, ATTR_NAME],
}

/** Callers of acquire that have no resource yet. */
export const METRIC_POOL_PENDING_REQUESTS: MetricDefinition = {
  name: 'leasehold.pool.pending_requests',
  instrument: 'updowncounter',
  unit: '{request}',
  description: 'Callers of acquire that have no resource yet.',
  attributes: [ATTR_KIND, ATTR_NAME],
}

/** Time-outs, by what took too long. */
export const METRIC_POOL_TIMEOUTS: MetricDefinition = {
  name: 'leasehold.pool.timeouts',
  instrument: 'counter',
  unit: '{timeout}',
  description: 'Time-outs, by what took too long.',
  attributes: [ATTR_KIND, ATTR_NAME, ATTR_POOL_PHASE],
}

/** What the breaker does with creates. */
export const METRIC_POOL_BREAKER_STATE: MetricDefinition = {
  name: 'leasehold.pool.breaker.state',
  instrument: 'gauge',
  unit: '1',
  description: 'What the breaker does with creates.',
  attributes: [ATTR_KIND, ATTR_NAME],
}

/** How long acquires took that were served. */
export const METRIC_POOL_WAIT_DURATION: HistogramDefinition = {
  name: 'leasehold.pool.wait.duration',
  instrument: 'histogram',
  unit: 's',
  description: 'How long acquires took that were served.',
  attributes: [ATTR_KIND, ATTR_NAME],
  boundaries: [0.0001, 0.00025, 0.0005, 0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30, 60, 300],
}

/** How long resources were lent. */
export const METRIC_POOL_USE_DURATION: HistogramDefinition = {
  name: 'leasehold.pool.use.duration',
  instrument: 'histogram',
  unit: 's',
  description: 'How long resources were lent.',
  attributes: [ATTR_KIND, ATTR_NAME],
  boundaries: [0.0001, 0.00025, 0.0005, 0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30, 60, 300],
}

/** How long creates took. */
export const METRIC_POOL_CREATE_DURATION: HistogramDefinition = {
  name: 'leasehold.pool.create.duration',
  instrument: 'histogram',
  unit: 's',
  description: 'How long creates took.',
  attributes: [ATTR_KIND, ATTR_NAME],
  boundaries: [0.0001, 0.00025, 0.0005, 0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30, 60, 300],
}

/** The number of connections that are currently in state described by the `state` attribute. */
export const METRIC_DB_CLIENT_CONNECTION_COUNT: MetricDefinition = {
  name: 'db.client.connection.count',
  instrument: 'updowncounter',
  unit: '{connection}',
  description: 'The number of connections that are currently in state described by the `state` attribute.',
  attributes: [ATTR_DB_CLIENT_CONNECTION_STATE, ATTR_DB_CLIENT_CONNECTION_POOL_NAME],
}

/** The maximum number of idle open connections allowed. */
export const METRIC_DB_CLIENT_CONNECTION_IDLE_MAX: MetricDefinition = {
  name: 'db.client.connection.idle.max',
  instrument: 'updowncounter',
  unit: '{connection}',
  description: 'The maximum number of idle open connections allowed.',
  attributes: [ATTR_DB_CLIENT_CONNECTION_POOL_NAME],
}

/** The minimum number of idle open connections allowed. */
export const METRIC_DB_CLIENT_CONNECTION_IDLE_MIN: MetricDefinition = {
  name: 'db.client.connection.idle.min',
  instrument: 'updowncounter',
  unit: '{connection}',
  description: 'The minimum number of idle open connections allowed.',
  attributes: [ATTR_DB_CLIENT_CONNECTION_POOL_NAME],
}

/** The maximum number of open connections allowed. */
export const METRIC_DB_CLIENT_CONNECTION_LIMIT: MetricDefinition = {
  name: 'db.client.connection.limit',
  instrument: 'updowncounter',
  unit: '{connection}',
  description: 'The maximum number of open connections allowed.',
  attributes: [ATTR_DB_CLIENT_CONNECTION_POOL_NAME],
}

/** The number of current pending requests for an open connection. */
export const METRIC_DB_CLIENT_CONNECTION_PENDING_REQUESTS: MetricDefinition = {
  name: 'db.client.connection.pending_requests',
  instrument: 'updowncounter',
  unit: '{request}',
  description: 'The number of current pending requests for an open connection.',
  attributes: [ATTR_DB_CLIENT_CONNECTION_POOL_NAME],
}

/** The number of connection timeouts that have occurred trying to obtain a connection from the pool. */
export const METRIC_DB_CLIENT_CONNECTION_TIMEOUTS: MetricDefinition = {
  name: 'db.client.connection.timeouts',
  instrument: 'counter',
  unit: '{timeout}',
  description: 'The number of connection timeouts that have occurred trying to obtain a connection from the pool.',
  attributes: [ATTR_DB_CLIENT_CONNECTION_POOL_NAME],
}

/** The time it took to create a new connection. */
export const METRIC_DB_CLIENT_CONNECTION_CREATE_TIME: HistogramDefinition = {
  name: 'db.client.connection.create_time',
  instrument: 'histogram',
  unit: 's',
  description: 'The time it took to create a new connection.',
  attributes: [ATTR_DB_CLIENT_CONNECTION_POOL_NAME],
  boundaries: [0.0001, 0.00025, 0.0005, 0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30, 60, 300],
}

/** The time it took to obtain an open connection from the pool. */
export const METRIC_DB_CLIENT_CONNECTION_WAIT_TIME: HistogramDefinition = {
  name: 'db.client.connection.wait_time',
  instrument: 'histogram',
  unit: 's',
  description: 'The time it took to obtain an open connection from the pool.',
  attributes: [ATTR_DB_CLIENT_CONNECTION_POOL_NAME],
  boundaries: [0.0001, 0.00025, 0.0005, 0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30, 60, 300],
}

/** The time between borrowing a connection and returning it to the pool. */
export const METRIC_DB_CLIENT_CONNECTION_USE_TIME: HistogramDefinition = {
  name: 'db.client.connection.use_time',
  instrument: 'histogram',
  unit: 's',
  description: 'The time between borrowing a connection and returning it to the pool.',
  attributes: [ATTR_DB_CLIENT_CONNECTION_POOL_NAME],
  boundaries: [0.0001, 0.00025, 0.0005, 0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30, 60, 300],
}

/** All of the above metrics. */
export const METRICS: readonly MetricDefinition[] = [
  METRIC_POOL_RESOURCE_COUNT,
  METRIC_POOL_RESOURCE_LIMIT,
  METRIC_POOL_PENDING_REQUESTS,
  METRIC_POOL_TIMEOUTS,
  METRIC_POOL_BREAKER_STATE,
  METRIC_POOL_WAIT_DURATION,
  METRIC_POOL_USE_DURATION,
  METRIC_POOL_CREATE_DURATION,
  METRIC_DB_CLIENT_CONNECTION_COUNT,
  METRIC_DB_CLIENT_CONNECTION_IDLE_MAX,
  METRIC_DB_CLIENT_CONNECTION_IDLE_MIN,
  METRIC_DB_CLIENT_CONNECTION_LIMIT,
  METRIC_DB_CLIENT_CONNECTION_PENDING_REQUESTS,
  METRIC_DB_CLIENT_CONNECTION_TIMEOUTS,
  METRIC_DB_CLIENT_CONNECTION_CREATE_TIME,
  METRIC_DB_CLIENT_CONNECTION_WAIT_TIME,
  METRIC_DB_CLIENT_CONNECTION_USE_TIME,
]

/** One acquire, from the call to the lease or the error. */
export const SPAN_POOL_ACQUIRE = 'pool.acquire'

/** One create of the factory. */
export const SPAN_POOL_CREATE = 'pool.create'

/** One validate of the factory. */
export const SPAN_POOL_VALIDATE = 'pool.validate'

/** One destroy of the factory, which is the cleanup of its lease. */
export const SPAN_POOL_DESTROY = 'pool.destroy'

/** The end of a loan, which is the cleanup of its lease. */
export const SPAN_POOL_RELEASE = 'pool.release'

/** All of the above spans. */
export const SPANS: readonly SpanDefinition[] = [
  {
    name: SPAN_POOL_ACQUIRE,
    kind: 'internal',
    attributes: [ATTR_KIND, ATTR_NAME, ATTR_ERROR_TYPE, ATTR_DB_SYSTEM_NAME, ATTR_DB_NAMESPACE, ATTR_SERVER_ADDRESS, ATTR_SERVER_PORT],
  },
  {
    name: SPAN_POOL_CREATE,
    kind: 'internal',
    attributes: [ATTR_KIND, ATTR_NAME, ATTR_ERROR_TYPE, ATTR_DB_SYSTEM_NAME, ATTR_DB_NAMESPACE, ATTR_SERVER_ADDRESS, ATTR_SERVER_PORT],
  },
  {
    name: SPAN_POOL_VALIDATE,
    kind: 'internal',
    attributes: [ATTR_KIND, ATTR_NAME, ATTR_ERROR_TYPE, ATTR_DB_SYSTEM_NAME, ATTR_DB_NAMESPACE, ATTR_SERVER_ADDRESS, ATTR_SERVER_PORT],
  },
  {
    name: SPAN_POOL_DESTROY,
    kind: 'internal',
    attributes: [ATTR_KIND, ATTR_NAME, ATTR_LEASE_ID, ATTR_CLEANUP_STRATEGY, ATTR_CLEANUP_OUTCOME, ATTR_CLEANUP_ATTEMPTS, ATTR_ERROR_TYPE],
  },
  {
    name: SPAN_POOL_RELEASE,
    kind: 'internal',
    attributes: [ATTR_KIND, ATTR_NAME, ATTR_LEASE_ID, ATTR_CLEANUP_STRATEGY, ATTR_CLEANUP_OUTCOME, ATTR_CLEANUP_ATTEMPTS, ATTR_ERROR_TYPE],
  },
]
