import { once } from 'node:events'
import type { LeaseScope, ResourceRegistry } from '@leasehold/core'
import { Failure, reasonOf } from '../failure.ts'
import type { SlowestAcquisitions } from '../report/slowest-acquisitions.ts'
import { checkDatabaseUrl, databaseFailure, locationOf } from './database-failure.ts'
import { Database } from './database.ts'
import type { DatabaseConnection } from './database-connection.ts'
import { Disturbances } from './disturbances.ts'
import { DocumentStore } from './document-store.ts'
import { cutEmbedded, startEmbeddedPostgres } from './embedded-postgres.ts'

/**
 * One. PGlite's socket server takes several connections but shares one session between them, message by message: a query
 * whose messages arrive in two pieces can be mixed with another's. A server of its own has a session for each.
 */
const EMBEDDED_CLIENTS = 1
const SERVER_CLIENTS = 4

export interface OpenDatabase {
  readonly database: Database
  readonly store: DocumentStore
  readonly disturbances: Disturbances
  readonly description: string
  readonly embedded: boolean
  /** What to tell the user of an error of this database. */
  readonly failure: (error: unknown) => Failure
}

export interface OpenDatabaseOptions {
  /** Of a server; undefined for an embedded one. */
  readonly url: string | undefined
  readonly registry: ResourceRegistry
  readonly slowest: SlowestAcquisitions
  readonly signal: AbortSignal
}

/** The server that DATABASE_URL names, or else an embedded one, held by `scope`; with its tables made anew. */
export async function openDatabase(
  scope: LeaseScope,
  { url, registry, slowest, signal }: OpenDatabaseOptions,
): Promise<OpenDatabase> {
  if (url !== undefined) checkDatabaseUrl(url)
  try {
    const server =
      url === undefined
        ? await startEmbedded(scope, registry, slowest, signal)
        : { address: url, cut: terminate }
    const maxClients = url === undefined ? EMBEDDED_CLIENTS : SERVER_CLIENTS
    const database = new Database({ url: server.address, maxClients, registry, slowest, signal })
    // Later than the server's lease, so that its clients are gone before it is.
    scope.defer(() => database.close(), { leakThresholdMillis: false })
    const version = await serverVersion(database)
    const store = new DocumentStore(database)
    await store.prepare()
    const where = url === undefined ? 'embedded (PGlite)' : locationOf(url)
    const description = `Postgres ${version}, ${where}`
    return {
      database,
      store,
      disturbances: new Disturbances(database, server.cut),
      description,
      embedded: url === undefined,
      failure: error => failureOf(url, error),
    }
  } catch (error) {
    signal.throwIfAborted()
    throw failureOf(url, error)
  }
}

function failureOf(url: string | undefined, error: unknown): Failure {
  if (url !== undefined) return databaseFailure(url, error)
  return new Failure(`The embedded database does not work: ${reasonOf(error)}.`, { cause: error })
}

interface Server {
  readonly address: string
  /** Ends a connection on the server's side. */
  readonly cut: (connection: DatabaseConnection) => Promise<unknown>
}

async function startEmbedded(
  scope: LeaseScope,
  registry: ResourceRegistry,
  slowest: SlowestAcquisitions,
  signal: AbortSignal,
): Promise<Server> {
  signal.throwIfAborted()
  const { kind, value } = scope.add(startEmbeddedPostgres(registry))
  const cut = once(signal, 'abort').then(() => signal.throwIfAborted())
  const address = await slowest.time(
    kind,
    'start of the embedded database',
    () => Promise.race([value.url, cut]) as Promise<string>,
  )
  return { address, cut: connection => cutEmbedded(value, connection) }
}

/** As an administrator ends a session, or a server that is shut down. */
async function terminate({ client }: DatabaseConnection): Promise<unknown> {
  return await client.query('SELECT pg_terminate_backend(pg_backend_pid())')
}

async function serverVersion(database: Database): Promise<string> {
  const { rows } = await database.withClient(client =>
    client.query<{ server_version: string }>('SHOW server_version'),
  )
  return rows[0]?.server_version ?? 'of an unknown version'
}
