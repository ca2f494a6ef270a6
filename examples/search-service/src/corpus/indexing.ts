import { join } from 'node:path'
import { codeOf, Failure } from '../failure.ts'
import { InvertedIndex } from '../index/inverted-index.ts'
import type { Selection } from './file-selection.ts'
import type { LeasedFiles } from './leased-files.ts'
import { readText } from './text-file.ts'

const CONCURRENCY = 16

export interface IndexedDocument {
  readonly id: number
  readonly path: string
  readonly bytes: number
  readonly words: number
}

export interface Indexing {
  readonly index: InvertedIndex
  readonly documents: readonly IndexedDocument[]
  readonly bytes: number
  readonly skipped: { binary: number; unreadable: number }
}

type Content = { readonly text: string } | 'binary' | 'unreadable' | 'forbidden'

/**
 * Reads the selected files, a few at a time, each through a mapping that ends with its block, and indexes them in the
 * order of the selection: document ids, and with them all results, do not depend on which read happens to finish first.
 */
export async function indexFiles(
  selection: Selection,
  files: LeasedFiles,
  signal: AbortSignal,
  onProgress: (done: number, total: number) => void,
): Promise<Indexing> {
  const index = new InvertedIndex()
  const documents: IndexedDocument[] = []
  const skipped = { binary: 0, unreadable: 0 }
  let bytes = 0
  let forbidden = 0
  for (let start = 0; start < selection.files.length; start += CONCURRENCY) {
    signal.throwIfAborted()
    const batch = selection.files.slice(start, start + CONCURRENCY)
    const contents = await Promise.all(batch.map(({ path }) => read(join(selection.root, path), files)))
    for (const [i, content] of contents.entries()) {
      const file = batch[i] as { path: string; bytes: number }
      if (typeof content === 'string') {
        if (content === 'forbidden') forbidden++
        skipped[content === 'binary' ? 'binary' : 'unreadable']++
        continue
      }
      const before = index.words
      const id = index.add(content.text)
      documents.push({ id, path: file.path, bytes: file.bytes, words: index.words - before })
      bytes += file.bytes
    }
    onProgress(start + batch.length, selection.files.length)
  }
  if (index.words === 0) throw nothingToIndex(selection.root, forbidden)
  return { index, documents, bytes, skipped }
}

async function read(path: string, files: LeasedFiles): Promise<Content> {
  try {
    await using file = await files.map(path, 'indexing', 'slow')
    const text = readText(file)
    return text === undefined ? 'binary' : { text }
  } catch (error) {
    const code = codeOf(error)
    return code === 'EACCES' || code === 'EPERM' ? 'forbidden' : 'unreadable'
  }
}

function nothingToIndex(root: string, forbidden: number): Failure {
  return forbidden > 0
    ? new Failure(
        `No permission to read any text file below "${root}" (${forbidden} refused). Nothing to index.`,
      )
    : new Failure(
        `There is no text below "${root}": no file of at most 1 MiB whose name and content say text. Nothing to index.`,
      )
}
