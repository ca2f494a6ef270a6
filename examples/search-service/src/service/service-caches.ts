import { join } from 'node:path'
import { createCache, type Cache, type CacheStats } from '@leasehold/cache'
import type { ResourceRegistry } from '@leasehold/core'
import type { IndexedDocument } from '../corpus/indexing.ts'
import { readText } from '../corpus/text-file.ts'
import { snippet } from '../index/snippet.ts'
import type { Corpus } from './corpus.ts'

const MAX_HITS = 10
const MAX_RESULTS = 300
const MAX_SNIPPET_BYTES = 256 * 1024

export interface SearchResult {
  readonly id: number
  readonly score: number
  readonly path: string
}

/**
 * What is asked for again is not worked out again: the results of queries, and the snippets of documents. Both are limited,
 * give back what they can when memory runs short, and make what several ask for at once only once.
 */
export class ServiceCaches implements AsyncDisposable {
  readonly #results: Cache<string, SearchResult[]>
  readonly #snippets: Cache<string, string>

  constructor(corpus: Corpus, registry: ResourceRegistry) {
    this.#results = createCache({
      name: 'results',
      maxEntries: MAX_RESULTS,
      registry,
      load: query => search(corpus, query),
    })
    this.#snippets = createCache({
      name: 'snippets',
      maxBytes: MAX_SNIPPET_BYTES,
      registry,
      load: async key => {
        const { path, query } = JSON.parse(key) as { path: string; query: string }
        await using file = await corpus.files.map(join(corpus.root, path), 'snippet')
        return snippet(readText(file) ?? '', query)
      },
    })
  }

  results(query: string): Promise<SearchResult[]> {
    return this.#results.fetch(query)
  }

  /** @throws the system's error (rejects) where the file cannot be opened */
  snippet(path: string, query: string): Promise<string> {
    return this.#snippets.fetch(JSON.stringify({ path, query }))
  }

  get figures(): { readonly results: CacheStats; readonly snippets: CacheStats } {
    return { results: this.#results.stats(), snippets: this.#snippets.stats() }
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await Promise.all([this.#results.close(), this.#snippets.close()])
  }
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
