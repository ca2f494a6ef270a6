import assert from 'node:assert/strict'
import { run } from '../child.ts'
import { backends, Scratch } from '../scratch.ts'

/** For the long run: `LEASEHOLD_MMAP_FUZZ=1000000 npx mocha -g "random operations"`. */
const operations = process.env['LEASEHOLD_MMAP_FUZZ'] ?? '6000'

describe('random operations', function () {
  this.timeout(0)
  let scratch: Scratch

  beforeEach(() => {
    scratch = new Scratch()
  })
  afterEach(() => scratch.remove())

  for (const [backend, fallback] of backends) {
    for (const [how, disturbed] of [
      ['read what a model of the file holds', '0'],
      ['survive another process that truncates, replaces and deletes the files', '1'],
    ] as const) {
      it(`${how} (${backend})`, async () => {
        const seed = String(Math.floor(Math.random() * 2 ** 31))
        const { code, stdout, stderr } = await run('../fuzz/fuzz.mjs', [
          scratch.folder,
          operations,
          seed,
          fallback,
          disturbed,
        ])
        assert.equal(code, 0, `seed ${seed}: ${stderr}`)
        const {
          operations: done,
          reads,
          errors,
        } = JSON.parse(stdout) as {
          operations: number
          reads: number
          errors: Record<string, number>
        }
        assert.equal(done, Number(operations))
        assert.ok(reads > Number(operations) / 20)
        if (disturbed === '1') assert.ok(Number(errors['ERR_MMAP_TRUNCATED']) > 0, 'nothing was disturbed')
      })
    }
  }
})
