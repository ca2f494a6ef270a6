import { join } from 'node:path'
import { readText } from '../corpus/text-file.ts'
import { codeOf } from '../failure.ts'
import { snippet } from '../index/snippet.ts'
import type { Corpus } from './corpus.ts'
import type { Reply } from './reply.ts'

/** `GET /document/:id?q=`: a document's metadata, and a snippet of its file around the words asked for. */
export async function documentRoute(corpus: Corpus, id: number, query: string): Promise<Reply> {
  const document = (await corpus.store.find([id])).get(id)
  if (document === undefined) return { status: 404, body: { error: `no document ${id}` } }
  try {
    await using file = await corpus.files.map(join(corpus.root, document.path), 'snippet')
    const text = readText(file)
    return { status: 200, body: { ...document, snippet: snippet(text ?? '', query) } }
  } catch (error) {
    if (codeOf(error) !== 'ENOENT') throw error
    return { status: 410, body: { error: `${document.path} has been removed since it was indexed` } }
  }
}
