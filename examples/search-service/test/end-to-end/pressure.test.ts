import assert from 'node:assert/strict'
import { sampleTexts, temporaryFolder } from '../temporary-folder.ts'
import { startProgram } from './run-program.ts'

describe('--pressure', function () {
  this.timeout(90_000)
  let folder: ReturnType<typeof temporaryFolder>

  before(() => {
    folder = temporaryFolder(sampleTexts(30))
  })
  after(() => folder.remove())

  it('a Map dies of a small heap; a cache gives back, lives on and serves again', async () => {
    const { code, stderr } = await startProgram([folder.path, '--pressure']).ended
    assert.equal(code, 0, stderr)
    assert.match(stderr, /^Map +dead after .* with [\d,]+ snippets: JavaScript heap out of memory$/m)
    const [, given = '0'] = /^Cache +alive after .*: ([\d,]+) given back /m.exec(stderr) ?? []
    assert.ok(Number(given.replaceAll(',', '')) > 0, stderr)
    assert.match(stderr, /then (9\d|100)(\.\d+)? % of what was asked for again was there$/m)
  })

  it('of a folder without text is no run', async () => {
    const empty = temporaryFolder({})
    const { code, stderr } = await startProgram([empty.path, '--pressure']).ended
    empty.remove()
    assert.equal(code, 2)
    assert.match(stderr, /^search-service: There is no text in .*\.$/m)
  })
})
