import { codeOf } from '../failure.ts'
import type { Corpus } from './corpus.ts'
import type { Reply } from './reply.ts'
import type { ServiceCaches } from './service-caches.ts'

/** `GET /document/:id?q=`: a document's metadata, and a snippet of its file around the words asked for. */
export async function documentRoute(
  { store }: Corpus,
  caches: ServiceCaches,
  id: number,
  query: string,
): Promise<Reply> {
  const document = (await store.find([id])).get(id)
  if (document === undefined) return { status: 404, body: { error: `no document ${id}` } }
  try {
    return { status: 200, body: { ...document, snippet: await caches.snippet(document.path, query) } }
  } catch (error) {
    if (codeOf(error) !== 'ENOENT') throw error
    return { status: 410, body: { error: `${document.path} has been removed since it was indexed` } }
  }
}
