import type { FileHandle } from 'node:fs/promises'
import { join } from 'node:path'
import type { Lease } from '@leasehold/core'
import type { Corpus } from './corpus.ts'
import type { Reply } from './reply.ts'

const PREVIEW_BYTES = 200

// What a careless cache would do, and here only so that each run shows the same: a lease that nothing refers to any more
// is found by the garbage collector, sooner or later, and then counted as abandoned.
const forgotten: Lease<FileHandle>[] = []

/**
 * PLANTED LEAK: this handler is wrong on purpose, to have something to find.
 *
 * `GET /preview/:id` answers with the beginning of a document. It opens the file, reads, and returns without releasing
 * the lease: one file descriptor more stays open with each call. `documentRoute` next door does the same work rightly,
 * with `await using lease = …`, the two words that are missing here.
 */
export async function plantedLeak(corpus: Corpus, id: number): Promise<Reply> {
  const document = corpus.documents[id]
  if (document === undefined) return { status: 404, body: { error: `no document ${id}` } }

  const lease = await corpus.files.open(join(corpus.root, document.path), 'preview')
  forgotten.push(lease)

  const { buffer, bytesRead } = await lease.value.read(Buffer.alloc(PREVIEW_BYTES), 0, PREVIEW_BYTES, 0)
  return { status: 200, body: { path: document.path, preview: buffer.toString('utf8', 0, bytesRead) } }
}
