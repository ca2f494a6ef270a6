import type { ResourceRegistry } from '@leasehold/core'
import type { Corpus } from './corpus.ts'
import { documentRoute } from './document-route.ts'
import type { PreviewRoute } from './planted-leak.ts'
import type { Reply } from './reply.ts'
import { RequestSpans } from './request-spans.ts'
import { searchRoute } from './search-route.ts'
import { ServiceCaches } from './service-caches.ts'

const WITH_ID = /^\/(document|preview)\/(\d{1,9})$/

/** Sends each request to its route, in a span of that route's name. Until it is opened it answers that it is not. */
export class SearchService implements AsyncDisposable {
  readonly spans: RequestSpans = new RequestSpans()
  readonly #registry: ResourceRegistry
  readonly #preview: PreviewRoute
  #corpus: Corpus | undefined
  #caches: ServiceCaches | undefined

  /** @param preview the handler that forgets, or the one that does not */
  constructor(registry: ResourceRegistry, preview: PreviewRoute) {
    this.#registry = registry
    this.#preview = preview
  }

  open(corpus: Corpus): void {
    this.#corpus = corpus
    this.#caches = new ServiceCaches(corpus, this.#registry)
  }

  /** Undefined until it is opened. */
  get caches(): ServiceCaches | undefined {
    return this.#caches
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#caches?.[Symbol.asyncDispose]()
  }

  async handle({ pathname, searchParams }: URL): Promise<Reply> {
    const corpus = this.#corpus
    const caches = this.#caches
    const preview = this.#preview
    if (corpus === undefined || caches === undefined)
      return { status: 503, body: { error: 'still indexing' } }
    const query = searchParams.get('q') ?? ''
    const [, withId, digits] = WITH_ID.exec(pathname) ?? []
    const id = Number(digits)
    switch (withId ?? pathname) {
      case '/search':
        return await this.spans.run('/search', pathname, () => searchRoute(corpus, caches, query))
      case '/stats':
        return await this.spans.run('/stats', pathname, () => this.#stats(corpus, caches))
      case 'document':
        return await this.spans.run('/document/:id', pathname, () => documentRoute(corpus, caches, id, query))
      case 'preview':
        return await this.spans.run('/preview/:id', pathname, () => preview(corpus, id))
      default:
        return { status: 404, body: { error: 'try /search?q=words, /document/0?q=words or /stats' } }
    }
  }

  /** `GET /stats`: what is indexed, what was asked, and what is held. */
  async #stats({ index, store }: Corpus, caches: ServiceCaches): Promise<Reply> {
    const { acquired, live, releasing, outcomes } = this.#registry.stats()
    const { documents, queries } = await store.counts()
    const { hits, misses } = caches.figures.results
    const leases = { acquired, live, releasing, outcomes }
    return {
      status: 200,
      body: { documents, queries, words: index.words, terms: index.terms, cache: { hits, misses }, leases },
    }
  }
}
