import type { QueryConfig } from 'pg'
import type { Database } from './database.ts'
import type { DatabaseConnection } from './database-connection.ts'

const SLOW_QUERY: QueryConfig & { readonly query_timeout: number } = {
  text: 'SELECT pg_sleep(0.5)',
  query_timeout: 250,
}

/**
 * What goes wrong with databases, done on purpose while the load runs, to show that the pool recovers. Neither hits a
 * request: whoever waits meanwhile waits a little longer.
 */
export class Disturbances {
  readonly #database: Database
  readonly #cut: (connection: DatabaseConnection) => Promise<unknown>

  /** `cut` has the server end a connection. */
  constructor(database: Database, cut: (connection: DatabaseConnection) => Promise<unknown>) {
    this.#database = database
    this.#cut = cut
  }

  /** A connection ends on the server's side while it is lent: its user's next query fails. */
  async cutConnection(): Promise<void> {
    await this.#disturb(async connection => {
      await this.#cut(connection)
      await connection.client.query('SELECT 1')
    })
  }

  /** A query that takes longer than it may. Its client still waits for the answer and cannot be lent again. */
  async slowQuery(): Promise<void> {
    await this.#disturb(({ client }) => client.query(SLOW_QUERY))
  }

  async #disturb(fn: (connection: DatabaseConnection) => Promise<unknown>): Promise<void> {
    try {
      await this.#database.withConnection(fn)
    } catch {
      // That it fails is the point; the database has counted what kind of failure it was.
    }
    // Where the server itself has gone away nothing is replaced; the summary says so.
    await this.#database.recovered().catch(() => undefined)
  }
}
