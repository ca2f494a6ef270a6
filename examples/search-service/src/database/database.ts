import { Socket } from 'node:net'
import { withScope } from '@leasehold/core'
import type { Lease, ResourceRegistry } from '@leasehold/core'
import pg from 'pg'
import type { Client } from 'pg'
import type { SlowestAcquisitions } from '../report/slowest-acquisitions.ts'
import { Gate } from './gate.ts'

/** The kind of every lease on a database client. */
const CLIENT_KIND = 'pg.client'

const CONNECT_TIMEOUT_MILLIS = 5000
const QUERY_TIMEOUT_MILLIS = 20_000

export interface DatabaseOptions {
  readonly url: string
  readonly maxClients: number
  readonly registry: ResourceRegistry
  readonly slowest: SlowestAcquisitions
  /** Cuts connections that are still being made. */
  readonly signal: AbortSignal
}

/** How the program gets at database clients, and the only place where it does. */
export class Database {
  readonly #options: DatabaseOptions
  readonly #gate: Gate
  #connected = 0

  constructor(options: DatabaseOptions) {
    this.#options = options
    this.#gate = new Gate(options.maxClients)
  }

  /** Clients connected since start, counted apart from the registry to check it by. */
  get connected(): number {
    return this.#connected
  }

  /** Lends a connected client to `fn`, and takes it back whatever becomes of `fn`. */
  withClient<R>(fn: (client: Client) => Promise<R>): Promise<R> {
    const borrow = (): Promise<R> =>
      withScope(async scope => fn(scope.add(await this.#connect()).value), {
        registry: this.#options.registry,
      })
    return this.#gate.run(borrow)
  }

  async #connect(): Promise<Lease<Client>> {
    const { url, registry, slowest, signal } = this.#options
    signal.throwIfAborted()
    const socket = new Socket()
    const cut = (): void => void socket.destroy()
    signal.addEventListener('abort', cut)
    try {
      const client = new pg.Client({
        connectionString: url,
        stream: () => socket,
        connectionTimeoutMillis: CONNECT_TIMEOUT_MILLIS,
        query_timeout: QUERY_TIMEOUT_MILLIS,
        application_name: 'leasehold-search-service',
      })
      // A server that goes away is learnt from the query that fails; unheard, the event would end the process.
      client.on('error', () => undefined)
      await slowest.time(CLIENT_KIND, 'connect', () => client.connect())
      this.#connected++
      return registry.track(client, {
        kind: CLIENT_KIND,
        name: 'search',
        cleanup: connected => connected.end(),
        force: () => socket.destroy(),
      })
    } catch (error) {
      socket.destroy()
      throw error
    } finally {
      signal.removeEventListener('abort', cut)
    }
  }
}
