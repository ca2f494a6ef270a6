import type { Corpus } from './corpus.ts'
import type { Reply } from './reply.ts'
import type { ServiceCaches } from './service-caches.ts'

const MAX_QUERY_LENGTH = 200

/** `GET /search?q=`: the ten best documents, and an entry in the query log. */
export async function searchRoute({ store }: Corpus, caches: ServiceCaches, query: string): Promise<Reply> {
  if (query.trim() === '') return { status: 400, body: { error: 'ask with /search?q=words' } }
  if (query.length > MAX_QUERY_LENGTH) {
    return { status: 400, body: { error: `a query has at most ${MAX_QUERY_LENGTH} characters` } }
  }
  const start = performance.now()
  const hits = await caches.results(query)
  // Postgres text cannot hold the character 0.
  await store.logQuery(query.replaceAll('\0', ' '), hits.length, performance.now() - start)
  return { status: 200, body: { query, hits } }
}
