import assert from 'node:assert/strict'
import { readFileSync } from 'node:fs'
import { run } from '../child.ts'
import { canMap, Scratch } from '../scratch.ts'

/** The programs' own names, so that none is written and never run. */
const source = readFileSync(new URL('../programs/hazards.mjs', import.meta.url), 'utf8')
const names = [...source.matchAll(/^ {2}async '(.*)'\(\) \{$/gm)].map(match => match[1]!)

/** Those that end the process, and should. */
const ENDS: Readonly<Record<string, number>> = { 'the signal ends the process where it is nobody’s': 135 }

// Each in a process of its own: the failure of one is a crash.
describe('hazards of memory mapping', function () {
  this.timeout(60_000)
  let scratch: Scratch

  before(function () {
    if (!canMap || process.platform !== 'linux') this.skip()
  })
  beforeEach(() => {
    scratch = new Scratch()
  })
  afterEach(() => scratch.remove())

  it('are all here', () => assert.equal(names.length, 29))

  for (const name of names) {
    it(name, async () => {
      const { code, stdout, stderr } = await run('hazards.mjs', [name, scratch.folder])
      const expected = ENDS[name] ?? 0
      assert.deepEqual(
        { code, stdout },
        { code: expected, stdout: expected === 0 ? 'survived\n' : '' },
        stderr,
      )
    })
  }
})
