import type { IndexedDocument } from '../corpus/indexing.ts'
import type { LeasedFiles } from '../corpus/leased-files.ts'
import type { DocumentStore } from '../database/document-store.ts'
import type { InvertedIndex } from '../index/inverted-index.ts'

/** What the routes answer from. */
export interface Corpus {
  readonly root: string
  readonly documents: readonly IndexedDocument[]
  readonly index: InvertedIndex
  readonly files: LeasedFiles
  readonly store: DocumentStore
}
