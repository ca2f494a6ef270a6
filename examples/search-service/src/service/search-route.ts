import type { IndexedDocument } from '../corpus/indexing.ts'
import type { Corpus } from './corpus.ts'
import type { Reply } from './reply.ts'
import type { ResultCache } from './result-cache.ts'

const MAX_HITS = 10
const MAX_QUERY_LENGTH = 200

export interface SearchResult {
  readonly id: number
  readonly score: number
  readonly path: string
}

/** `GET /search?q=`: the ten best documents, and an entry in the query log. */
export async function searchRoute(
  corpus: Corpus,
  cache: ResultCache<SearchResult[]>,
  query: string,
): Promise<Reply> {
  if (query.trim() === '') return { status: 400, body: { error: 'ask with /search?q=words' } }
  if (query.length > MAX_QUERY_LENGTH) {
    return { status: 400, body: { error: `a query has at most ${MAX_QUERY_LENGTH} characters` } }
  }
  const start = performance.now()
  const hits = await cache.fetch(query, () => search(corpus, query))
  // Postgres text cannot hold the character 0.
  await corpus.store.logQuery(query.replaceAll('\0', ' '), hits.length, performance.now() - start)
  return { status: 200, body: { query, hits } }
}

async function search({ index, store }: Corpus, query: string): Promise<SearchResult[]> {
  const hits = index.search(query, MAX_HITS)
  const found: ReadonlyMap<number, IndexedDocument> =
    hits.length === 0 ? new Map() : await store.find(hits.map(hit => hit.documentId))
  return hits.map(({ documentId, score }) => ({
    id: documentId,
    score,
    path: found.get(documentId)?.path ?? '',
  }))
}
