import type { ResourceRegistry } from '@leasehold/core'
import { createPool } from '@leasehold/pool'
import type { Pool } from '@leasehold/pool'
import type { Client } from 'pg'
import type { SlowestAcquisitions } from '../report/slowest-acquisitions.ts'
import { ClientLog, isBroken } from './client-log.ts'
import type { ClientFigures } from './client-log.ts'
import { connect, disconnect } from './database-connection.ts'
import type { DatabaseConnection } from './database-connection.ts'

const ACQUIRE_TIMEOUT_MILLIS = 10_000
const CREATE_TIMEOUT_MILLIS = 6000
const DRAIN_TIMEOUT_MILLIS = 2000

export interface DatabaseOptions {
  readonly url: string
  readonly maxClients: number
  readonly registry: ResourceRegistry
  readonly slowest: SlowestAcquisitions
  /** Calls off whoever waits for a client. */
  readonly signal: AbortSignal
}

/** How the program gets at database clients, and the only place where it does: a pool of them. */
export class Database {
  readonly maxClients: number
  readonly #pool: Pool<DatabaseConnection>
  readonly #signal: AbortSignal
  readonly #log: ClientLog = new ClientLog()

  constructor({ url, maxClients, registry, slowest, signal }: DatabaseOptions) {
    this.maxClients = maxClients
    this.#signal = signal
    this.#pool = createPool(
      {
        create: async cut => {
          const begunAt = performance.now()
          const connection = await slowest.time('pool.resource', 'connect a database client', () =>
            connect(url, cut),
          )
          this.#log.connected(begunAt)
          connection.client.on('error', error => this.#lost(connection, error))
          return connection
        },
        destroy: disconnect,
      },
      {
        name: 'postgres',
        max: maxClients,
        // What breaks is replaced at once, not when the next request has to wait for it.
        min: maxClients,
        acquireTimeoutMillis: ACQUIRE_TIMEOUT_MILLIS,
        createTimeoutMillis: CREATE_TIMEOUT_MILLIS,
        registry,
      },
    )
    this.#pool.on('acquire', ({ waitMillis }) => this.#log.lent(waitMillis))
  }

  /** What became of the clients and their loans so far. */
  figures(): ClientFigures {
    return this.#log.figures()
  }

  /** Lends a connected client to `fn`, and takes it back whatever becomes of `fn`; a broken one is not lent again. */
  withClient<R>(fn: (client: Client) => Promise<R>): Promise<R> {
    return this.withConnection(({ client }) => fn(client))
  }

  async withConnection<R>(fn: (connection: DatabaseConnection) => Promise<R>): Promise<R> {
    const use = async (connection: DatabaseConnection): Promise<R> => {
      try {
        return await fn(connection)
      } catch (error) {
        if (isBroken(error)) this.#log.broke(connection, error)
        throw error
      }
    }
    try {
      const used = this.#pool.use(use, { signal: this.#signal, destroyOnError: isBroken })
      this.#log.waiting(this.#pool.status().waiting)
      return await used
    } catch (error) {
      this.#log.failed(error)
      throw error
    }
  }

  /** Resolves when every client that broke has been replaced. */
  async recovered(): Promise<void> {
    await this.#pool.warmUp()
  }

  /** Ends the pool: what is still lent after a moment is taken back. */
  async close(): Promise<void> {
    await this.#pool.drain({ timeoutMillis: DRAIN_TIMEOUT_MILLIS, force: true })
  }

  /** In use, its user learns of it from the query that fails; idle, nobody would before the next one's does. */
  #lost(connection: DatabaseConnection, error: unknown): void {
    this.#log.broke(connection, error)
    this.#pool
      .retain(idle => idle !== connection)
      .catch(() => {
        // The pool is being drained: the connection goes with all others.
      })
  }
}
