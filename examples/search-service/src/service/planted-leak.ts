import type { FileHandle } from 'node:fs/promises'
import { join } from 'node:path'
import type { Lease } from '@leasehold/core'
import type { Corpus } from './corpus.ts'
import type { Reply } from './reply.ts'

const PREVIEW_BYTES = 200

// What a careless cache would do, and here only so that each run shows the same: a lease that nothing refers to any more
// is found by the garbage collector, sooner or later, and then counted as abandoned.
const forgotten: Lease<FileHandle>[] = []

/** A document's beginning, as `GET /preview/:id` answers it. */
export type PreviewRoute = (corpus: Corpus, id: number) => Promise<Reply>

/**
 * PLANTED LEAK: this handler is wrong on purpose, to have something to find.
 *
 * `GET /preview/:id` answers with the beginning of a document. It opens the file, reads, and returns without releasing
 * the lease: one file descriptor more stays open with each call. {@link mendedPreview} differs by two words,
 * `await using`: `npm start -- --fix-leak` runs that one, and the leak detector has nothing to tell.
 */
export async function plantedLeak(corpus: Corpus, id: number): Promise<Reply> {
  const document = corpus.documents[id]
  if (document === undefined) return { status: 404, body: { error: `no document ${id}` } }

  const lease = await corpus.files.open(join(corpus.root, document.path), 'preview')
  forgotten.push(lease)

  return await previewOf(document.path, lease.value)
}

/** The same, rightly. */
export async function mendedPreview(corpus: Corpus, id: number): Promise<Reply> {
  const document = corpus.documents[id]
  if (document === undefined) return { status: 404, body: { error: `no document ${id}` } }

  await using lease = await corpus.files.open(join(corpus.root, document.path), 'preview')

  return await previewOf(document.path, lease.value)
}

async function previewOf(path: string, file: FileHandle): Promise<Reply> {
  const { buffer, bytesRead } = await file.read(Buffer.alloc(PREVIEW_BYTES), 0, PREVIEW_BYTES, 0)
  return { status: 200, body: { path, preview: buffer.toString('utf8', 0, bytesRead) } }
}
