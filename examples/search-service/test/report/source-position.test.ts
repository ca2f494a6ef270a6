import assert from 'node:assert/strict'
import { mkdirSync } from 'node:fs'
import { join } from 'node:path'
import { pathToFileURL } from 'node:url'
import { readableFrame } from '../../src/report/source-position.ts'
import { temporaryFolder } from '../temporary-folder.ts'

describe('readableFrame', () => {
  let folder: ReturnType<typeof temporaryFolder>

  before(() => {
    // Line 1 of built.js comes from line 3, column 5 of the source.
    const map = { version: 3, sources: ['../src/origin.ts'], names: [], mappings: 'AAEI' }
    folder = temporaryFolder({
      'dist/built.js': 'throw 0',
      'dist/built.js.map': JSON.stringify(map),
      'dist/broken.js': 'throw 0',
      'dist/broken.js.map': 'no map',
      'dist/without.js': 'throw 0',
    })
    mkdirSync(join(folder.path, 'src'))
  })
  after(() => folder.remove())

  it('shows the place in the source that a built file was made from', () => {
    const built = join(folder.path, 'dist/built.js')
    const source = join(folder.path, 'src/origin.ts').replaceAll('\\', '/')
    for (const location of [built, pathToFileURL(built).href]) {
      assert.equal(
        readableFrame(`at async Service.take (${location}:1:1)`),
        `at async Service.take (${source}:3:5)`,
      )
      assert.equal(readableFrame(`at async ${location}:1:1`), `at async ${source}:3:5`)
      assert.equal(readableFrame(`at new Service (${location}:1:1)`), `at new Service (${source}:3:5)`)
    }
  })

  it('shows the built file where there is no map, or none that can be read', () => {
    for (const name of ['broken.js', 'without.js']) {
      const path = join(folder.path, 'dist', name).replaceAll('\\', '/')
      assert.equal(readableFrame(`at take (${path}:7:9)`), `at take (${path}:7:9)`)
    }
  })

  it('shows paths below the current folder relative to it', () => {
    assert.equal(readableFrame(`at take (${join(process.cwd(), 'src/x.ts')}:7:9)`), 'at take (src/x.ts:7:9)')
  })

  it('leaves alone what has no place', () => {
    for (const frame of ['at <anonymous>', 'at native', 'at async Promise.all (index 0)']) {
      assert.equal(readableFrame(frame), frame)
    }
  })
})
