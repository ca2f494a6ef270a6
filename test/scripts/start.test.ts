import assert from 'node:assert/strict'
import { spawnSync } from 'node:child_process'
import { mkdirSync, mkdtempSync, realpathSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'

const ROOT = fileURLToPath(new URL('../..', import.meta.url))

describe('npm start', function () {
  this.timeout(60_000)
  let folder: string
  beforeEach(() => (folder = realpathSync(mkdtempSync(join(tmpdir(), 'leasehold-start-')))))
  afterEach(() => rmSync(folder, { recursive: true, force: true }))

  it('takes a relative folder from where it was typed', () => {
    mkdirSync(join(folder, 'texts'))
    const { status, stderr } = spawnSync(process.execPath, ['scripts/start.mjs', 'texts'], {
      cwd: ROOT,
      encoding: 'utf8',
      env: { ...process.env, INIT_CWD: folder },
    })
    assert.equal(status, 1)
    assert.ok(stderr.includes(`There is no text below "${join(folder, 'texts')}"`), stderr)
  })
})
