import assert from 'node:assert/strict'
import { run } from './child.ts'
import { canMap, pattern, Scratch } from './scratch.ts'

describe('mappings that nobody closed, and nobody holds any more', function () {
  this.timeout(60_000)
  let scratch: Scratch

  before(function () {
    if (process.platform !== 'linux') this.skip()
  })
  beforeEach(() => {
    scratch = new Scratch()
  })
  afterEach(() => scratch.remove())

  it('are unmapped, and told of as abandoned, and so are their views', async function () {
    if (!canMap) this.skip()
    const { code, stdout, stderr } = await run(
      'dropped.mjs',
      [scratch.file(pattern(10_000)), 'never'],
      ['--expose-gc'],
    )
    assert.equal(code, 0, stderr)
    const seen = JSON.parse(stdout) as { before: number }
    assert.ok(seen.before >= 10)
    assert.deepEqual(
      { ...seen, before: 0 },
      {
        before: 0,
        after: 0,
        live: 0,
        abandoned: { 'mmap.mapping': 10, 'mmap.view': 5 },
        told: 15,
        drained: true,
      },
    )
  })

  it('are not dropped while a view, or only its bytes, are in use', async function () {
    if (!canMap) this.skip()
    const { code, stdout, stderr } = await run('in-use.mjs', [scratch.file('held')], ['--expose-gc'])
    assert.equal(code, 0, stderr)
    assert.deepEqual(JSON.parse(stdout), { view: 'held', bytes: 'held', live: 4 })
  })

  it('are closed on the file back end too', async () => {
    const { code, stdout, stderr } = await run(
      'dropped.mjs',
      [scratch.file(pattern(100)), 'always'],
      ['--expose-gc'],
    )
    assert.equal(code, 0, stderr)
    const seen = JSON.parse(stdout) as { live: number; abandoned: object }
    assert.deepEqual([seen.live, seen.abandoned], [0, { 'mmap.mapping': 10 }])
  })
})
