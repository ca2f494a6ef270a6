import assert from 'node:assert/strict'
import { mkdirSync, symlinkSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { isTextName, walkFolder } from '../../src/corpus/file-walk.ts'
import { Failure } from '../../src/failure.ts'
import { temporaryFolder } from '../temporary-folder.ts'

const never = new AbortController().signal

describe('walkFolder', () => {
  let folder: ReturnType<typeof temporaryFolder>

  beforeEach(() => {
    folder = temporaryFolder({
      'b/two.md': 'two',
      'a.txt': 'one',
      'b/c/three.ts': 'three',
      README: 'readme',
      'picture.png': 'no text',
      '.git/config.txt': 'hidden',
      'node_modules/x/index.js': 'a dependency',
    })
  })
  afterEach(() => folder.remove())

  it('lists text files in a fixed order and counts the rest', async () => {
    mkdirSync(join(folder.path, 'empty'))
    const walk = await walkFolder(folder.path, never)
    assert.deepEqual(walk.files, ['README', 'a.txt', 'b/c/three.ts', 'b/two.md'])
    assert.deepEqual(walk.skipped, {
      notText: 1,
      links: 0,
      special: 0,
      notUtf8: 0,
      unreadable: 0,
      notReached: 0,
    })
  })

  it('enters dependencies where it begins inside of them', async () => {
    const walk = await walkFolder(join(folder.path, 'node_modules'), never)
    assert.deepEqual(walk.files, ['x/index.js'])
  })

  it('counts symbolic links and does not follow them, loops included', async () => {
    symlinkSync(folder.path, join(folder.path, 'b/loop'), 'junction')
    symlinkSync(join(folder.path, 'nowhere'), join(folder.path, 'dangling.txt'), 'junction')
    const walk = await walkFolder(folder.path, never)
    assert.equal(walk.files.length, 4)
    assert.equal(walk.skipped.links, 2)
  })

  it('counts what has a name that is not UTF-8, file or folder, and only that', async function () {
    // Elsewhere the file system refuses such a name, or has none but Unicode's.
    if (process.platform !== 'linux') this.skip()
    const named = (name: string): Buffer => Buffer.from(`${folder.path}/${name}`, 'latin1')
    writeFileSync(named('caf\xe9.txt'), 'coffee')
    mkdirSync(named('caf\xe9'))
    writeFileSync(join(folder.path, 'caf\u00e9 \uFFFD.txt'), 'coffee')
    const { files, skipped } = await walkFolder(folder.path, never)
    assert.ok(files.includes('caf\u00e9 \uFFFD.txt'))
    assert.equal(files.length, 5)
    assert.deepEqual([skipped.notUtf8, skipped.unreadable], [2, 0])
  })

  it('begins at the target of a link', async () => {
    symlinkSync(join(folder.path, 'b'), join(folder.path, 'link'), 'junction')
    const walk = await walkFolder(join(folder.path, 'link'), never)
    assert.deepEqual(walk.files, ['c/three.ts', 'two.md'])
  })

  it('ends at its limit, always at the same place, and counts the folders that it did not reach', async () => {
    const first = await walkFolder(folder.path, never, 2)
    assert.deepEqual(first.files, ['README', 'a.txt'])
    assert.equal(first.skipped.notReached, 1)
  })

  it('stops when told to', async () => {
    await assert.rejects(walkFolder(folder.path, AbortSignal.abort(new Error('enough'))), /enough/)
  })

  it('refuses what is missing, a file, and a loop, in words', async () => {
    const refusal = (message: RegExp) => (error: unknown) =>
      error instanceof Failure && message.test(error.message)
    await assert.rejects(walkFolder(join(folder.path, 'nowhere'), never), refusal(/does not exist/))
    await assert.rejects(walkFolder(join(folder.path, 'a.txt'), never), refusal(/is not a folder/))
    await assert.rejects(
      walkFolder(join(folder.path, 'a.txt/b'), never),
      refusal(/does not exist|not a folder/),
    )
    symlinkSync(join(folder.path, 'self'), join(folder.path, 'self'), 'junction')
    await assert.rejects(walkFolder(join(folder.path, 'self'), never), refusal(/loop/))
  })
})

describe('isTextName', () => {
  it('knows text by its extension or its customary name', () => {
    for (const name of ['a.ts', 'a.d.ts', 'A.MD', 'LICENSE', 'makefile', 'x.json'])
      assert.ok(isTextName(name), name)
    for (const name of ['a.png', 'a.js.map', 'md', 'licenses', 'a.node', '.ts'])
      assert.ok(!isTextName(name), name)
  })
})
