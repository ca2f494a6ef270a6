/**
 * The pool that never hangs: every acquire ends in a lease or a typed error, first come, first served.
 *
 * ```ts
 * import { connect } from 'node:net'
 * import { once } from 'node:events'
 * import { createPool } from '@leasehold/pool'
 *
 * const pool = createPool(
 *   {
 *     async create(signal) {
 *       const socket = connect(6379)
 *       await once(socket, 'connect', { signal })
 *       return socket
 *     },
 *     destroy: socket => void socket.destroy(),
 *   },
 *   { name: 'redis', max: 10 },
 * )
 * {
 *   await using lease = await pool.acquire({ timeoutMillis: 1_000 })
 *   lease.value.write('PING\r\n')
 * }
 * await pool.drain()
 * ```
 */
export type { AcquireOptions, UseOptions } from './acquire-options.ts'
export type { DatabaseOptions } from './database-options.ts'
export type { PoolFactory } from './factory.ts'
export { observeGenericPool } from './observe/observe-generic-pool.ts'
export { createPool, Pool } from './pool.ts'
export type { RetainReport } from './pool.ts'
export type { PoolDrainOptions, PoolDrainReport } from './pool-drain.ts'
export { PoolError } from './pool-error.ts'
export type { PoolErrorCode, PoolPhase } from './pool-error.ts'
export type { DestroyReason, PoolEvents, PoolEventType } from './pool-events.ts'
export { PoolLease } from './pool-lease.ts'
export type { PoolIdentity } from './pool-identity.ts'
export type { BreakerOptions, PoolOptions } from './pool-options.ts'
export type { BreakerState, PoolStatus } from './pool-status.ts'
