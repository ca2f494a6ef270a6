import assert from 'node:assert/strict'
import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { ResourceRegistry } from '@leasehold/core'
import { selectFiles } from '../../src/corpus/file-selection.ts'
import { walkFolder } from '../../src/corpus/file-walk.ts'
import { indexFiles } from '../../src/corpus/indexing.ts'
import type { Indexing } from '../../src/corpus/indexing.ts'
import { LeasedFiles } from '../../src/corpus/leased-files.ts'
import { readText } from '../../src/corpus/text-file.ts'
import { SlowestAcquisitions } from '../../src/report/slowest-acquisitions.ts'
import type { Corpus } from '../../src/service/corpus.ts'
import { documentRoute } from '../../src/service/document-route.ts'
import { ServiceCaches } from '../../src/service/service-caches.ts'
import { sampleTexts, temporaryFolder } from '../temporary-folder.ts'

const never = new AbortController().signal

describe('files that are mapped, and files that are read instead', () => {
  let folder: ReturnType<typeof temporaryFolder>
  let registry: ResourceRegistry

  beforeEach(() => {
    folder = temporaryFolder(sampleTexts(60))
    registry = new ResourceRegistry()
  })
  afterEach(() => folder.remove())

  const filesOf = (fallback: 'auto' | 'always'): LeasedFiles =>
    new LeasedFiles(registry, new SlowestAcquisitions(), fallback)

  const indexed = async (files: LeasedFiles): Promise<Indexing> => {
    const selection = await selectFiles(await walkFolder(folder.path, never), Infinity, never)
    return indexFiles(selection, files, never, () => undefined)
  }

  it('give the same index, hits and snippets', async () => {
    writeFileSync(join(folder.path, 'bom.txt'), '\uFEFFthe same words, über alles')
    writeFileSync(join(folder.path, 'wide.txt'), Buffer.from('\uFEFFwidened words', 'utf16le'))
    writeFileSync(join(folder.path, 'binary.txt'), Uint8Array.of(65, 0, 66))
    const answers = []
    for (const fallback of ['auto', 'always'] as const) {
      const files = filesOf(fallback)
      const { index, documents, skipped } = await indexed(files)
      const store = { find: async ([id]: number[]) => new Map([[id, documents[id!]]]) }
      const corpus = { root: folder.path, documents, index, files, store } as unknown as Corpus
      await using caches = new ServiceCaches(corpus, registry)
      const queries = ['words', 'widened', 'über', 'unique7 unique8']
      const replies = await Promise.all(
        documents.map(({ id }) => documentRoute(corpus, caches, id, 'words unique7')),
      )
      const hits = queries.map(query => index.search(query, 10))
      answers.push({ documents, skipped, vocabulary: index.vocabulary(), hits, replies })
    }
    assert.deepEqual(answers[0], answers[1])
    assert.equal(answers[0]?.documents.length, 62)
    assert.ok(answers[0]?.replies.every(({ status }) => status === 200))
    const { live, groups } = registry.stats()
    assert.deepEqual([live, groups.every(({ kind }) => kind === 'mmap.mapping')], [0, true])
  })

  it('have no text where they are no regular file', async function () {
    if (process.platform === 'win32') this.skip()
    for (const fallback of ['auto', 'always'] as const) {
      await assert.rejects(filesOf(fallback).map('/dev/null', 'test'), { code: 'ERR_MMAP_UNSUPPORTED' })
    }
  })

  it('have no text where they are binary', async () => {
    writeFileSync(join(folder.path, 'binary'), Uint8Array.of(65, 0, 66))
    await using file = await filesOf('auto').map(join(folder.path, 'binary'), 'test')
    assert.equal(readText(file), undefined)
  })
})
