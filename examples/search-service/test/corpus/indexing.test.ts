import assert from 'node:assert/strict'
import { unlinkSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { ResourceRegistry } from '@leasehold/core'
import { MAX_FILE_BYTES, selectFiles } from '../../src/corpus/file-selection.ts'
import type { Selection } from '../../src/corpus/file-selection.ts'
import { walkFolder } from '../../src/corpus/file-walk.ts'
import { indexFiles } from '../../src/corpus/indexing.ts'
import type { Indexing } from '../../src/corpus/indexing.ts'
import { LeasedFiles } from '../../src/corpus/leased-files.ts'
import { SlowestAcquisitions } from '../../src/report/slowest-acquisitions.ts'
import { sampleTexts, temporaryFolder } from '../temporary-folder.ts'

const never = new AbortController().signal

describe('selecting and indexing files', () => {
  let folder: ReturnType<typeof temporaryFolder>
  let registry: ResourceRegistry
  let files: LeasedFiles

  beforeEach(() => {
    folder = temporaryFolder(sampleTexts(100))
    registry = new ResourceRegistry()
    files = new LeasedFiles(registry, new SlowestAcquisitions())
  })
  afterEach(() => folder.remove())

  const select = async (maxBytes = Infinity): Promise<Selection> =>
    selectFiles(await walkFolder(folder.path, never), maxBytes, never)
  const index = (selection: Selection, signal = never): Promise<Indexing> =>
    indexFiles(selection, files, signal, () => undefined)
  const write = (name: string, content: string | Uint8Array): void =>
    writeFileSync(join(folder.path, name), content)

  it('reads every file through a mapping, each closed', async () => {
    const { index: built, documents } = await index(await select())
    const { acquired, live, outcomes } = registry.stats()
    assert.deepEqual({ acquired, live, success: outcomes.success }, { acquired: 100, live: 0, success: 100 })
    assert.equal(files.opened, 100)
    assert.equal(built.documents, 100)
    for (const { id, path } of documents) {
      const unique = /text-(\d+)/.exec(path)?.[1] as string
      assert.deepEqual(
        built.search(`unique${unique}`, 5).map(hit => hit.documentId),
        [id],
      )
    }
  })

  it('gives the same documents the same ids each time', async () => {
    const first = await index(await select())
    const second = await index(await select())
    assert.deepEqual(first.documents, second.documents)
  })

  it('stops selecting at the budget, always at the same files, from all over the folder', async () => {
    const all = await select()
    const some = await select(all.bytes / 4)
    assert.ok(some.files.length < all.files.length)
    assert.equal(some.skipped.overBudget, all.files.length - some.files.length)
    assert.deepEqual(some.files, all.files.slice(0, some.files.length))
    assert.ok(some.bytes <= all.bytes / 4 && some.bytes > all.bytes / 5)
    assert.deepEqual(new Set(some.files.map(({ path }) => path[7])), new Set(['0', '1', '2', '3']))
  })

  it('takes one file at least', async () => {
    const { files, skipped } = await select(1)
    assert.deepEqual([files.length, skipped.overBudget], [1, 99])
  })

  it('passes over what is empty, too large, binary, or gone, and counts each', async () => {
    write('empty.txt', '')
    write('large.txt', 'x '.repeat(MAX_FILE_BYTES / 2 + 1))
    write('limit.txt', 'x '.repeat(MAX_FILE_BYTES / 2))
    write('binary.txt', Uint8Array.of(65, 0, 66))
    write('gone.txt', 'soon')
    const selection = await select()
    assert.equal(selection.skipped.empty, 1)
    assert.equal(selection.skipped.tooLarge, 1)
    unlinkSync(join(folder.path, 'gone.txt'))
    const { documents, skipped } = await index(selection)
    assert.deepEqual(skipped, { binary: 1, unreadable: 1 })
    assert.equal(documents.length, 101)
    assert.equal(registry.stats().live, 0)
  })

  it('reads byte order marks and UTF-16', async () => {
    write('bom.txt', '\uFEFFmarked')
    write('wide.txt', Buffer.from('\uFEFFwidened', 'utf16le'))
    const { index: built } = await index(await select())
    assert.equal(built.search('marked', 5).length, 1)
    assert.equal(built.search('widened', 5).length, 1)
  })

  it('stops when told to, with nothing held', async () => {
    const selection = await select()
    await assert.rejects(index(selection, AbortSignal.abort(new Error('enough'))), /enough/)
    assert.equal(registry.stats().live, 0)
  })
})
