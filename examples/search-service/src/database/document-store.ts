import type { IndexedDocument } from '../corpus/indexing.ts'
import type { Database } from './database.ts'

const SAVE_BATCH = 1000

// A schema of its own, begun anew by each run, so that a database which is somebody's keeps everything else it holds.
const SCHEMA = `
  BEGIN;
  CREATE SCHEMA IF NOT EXISTS leasehold_search;
  DROP TABLE IF EXISTS leasehold_search.documents, leasehold_search.query_log;
  CREATE TABLE leasehold_search.documents (
    id integer PRIMARY KEY, path text NOT NULL, bytes integer NOT NULL, words integer NOT NULL
  );
  CREATE TABLE leasehold_search.query_log (
    id serial PRIMARY KEY, query text NOT NULL, hits integer NOT NULL, millis real NOT NULL,
    at timestamptz NOT NULL DEFAULT now()
  );
  COMMIT`

/** The documents' metadata and the log of queries, in Postgres. */
export class DocumentStore {
  readonly #database: Database

  constructor(database: Database) {
    this.#database = database
  }

  async prepare(): Promise<void> {
    await this.#database.withClient(client => client.query(SCHEMA))
  }

  async save(
    documents: readonly IndexedDocument[],
    onProgress: (done: number, total: number) => void,
  ): Promise<void> {
    await this.#database.withClient(async client => {
      for (let start = 0; start < documents.length; start += SAVE_BATCH) {
        const batch = documents.slice(start, start + SAVE_BATCH)
        await client.query(
          `INSERT INTO leasehold_search.documents (id, path, bytes, words)
           SELECT * FROM unnest($1::int[], $2::text[], $3::int[], $4::int[])`,
          // Postgres text cannot hold the character 0; a file name cannot either, so nothing needs escaping.
          [batch.map(d => d.id), batch.map(d => d.path), batch.map(d => d.bytes), batch.map(d => d.words)],
        )
        onProgress(start + batch.length, documents.length)
      }
    })
  }

  async find(ids: readonly number[]): Promise<Map<number, IndexedDocument>> {
    const { rows } = await this.#database.withClient(client =>
      client.query<IndexedDocument>(
        'SELECT id, path, bytes, words FROM leasehold_search.documents WHERE id = ANY($1::int[])',
        [ids],
      ),
    )
    return new Map(rows.map(row => [row.id, row]))
  }

  async logQuery(query: string, hits: number, millis: number): Promise<void> {
    await this.#database.withClient(client =>
      client.query('INSERT INTO leasehold_search.query_log (query, hits, millis) VALUES ($1, $2, $3)', [
        query,
        hits,
        millis,
      ]),
    )
  }

  async counts(): Promise<{ documents: number; queries: number }> {
    const { rows } = await this.#database.withClient(client =>
      client.query<{ documents: number; queries: number }>(
        `SELECT (SELECT count(*)::int FROM leasehold_search.documents) AS documents,
                (SELECT count(*)::int FROM leasehold_search.query_log) AS queries`,
      ),
    )
    return rows[0] ?? { documents: 0, queries: 0 }
  }
}
