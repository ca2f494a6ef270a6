import { Socket } from 'node:net'
import pg from 'pg'
import type { Client } from 'pg'

const CONNECT_TIMEOUT_MILLIS = 5000
const QUERY_TIMEOUT_MILLIS = 20_000

/** A client and what it talks through: only the socket can be cut when the client no longer answers. */
export interface DatabaseConnection {
  readonly client: Client
  readonly socket: Socket
}

/** Connects a client; `signal` cuts a connection that is still being made. */
export async function connect(url: string, signal: AbortSignal): Promise<DatabaseConnection> {
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
    // Unheard, the loss of a connection would end the process, also before somebody else listens.
    client.on('error', () => undefined)
    await client.connect()
    return { client, socket }
  } catch (error) {
    socket.destroy()
    throw error
  } finally {
    signal.removeEventListener('abort', cut)
  }
}

/** Says goodbye, and cuts the connection if nobody has answered when `signal` aborts. */
export async function disconnect({ client, socket }: DatabaseConnection, signal: AbortSignal): Promise<void> {
  const cut = (): void => void socket.destroy()
  signal.addEventListener('abort', cut)
  try {
    await client.end()
  } finally {
    signal.removeEventListener('abort', cut)
  }
}
