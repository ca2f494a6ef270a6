import assert from 'node:assert/strict'
import { oneLine, ProblemLog } from '../src/problem-log.ts'
import { warningsDuring } from './support/warnings.ts'

describe('problem log', () => {
  it('warns of the first of a kind, counts the others, and sums up', async () => {
    const problems = new ProblemLog()
    const warnings = await warningsDuring(() => {
      for (let i = 0; i < 1_000; i++) problems.report('traces', `lost ${i}`)
      problems.report('once', 'only once')
      problems.summarize()
      problems.summarize()
    })
    assert.deepEqual(warnings, ['lost 0', 'only once', 'traces: 1000 times in all'])
  })

  it('bounds the kinds', async () => {
    const problems = new ProblemLog()
    const warnings = await warningsDuring(() => {
      for (let i = 0; i < 500; i++) problems.report(`kind ${i}`, 'x')
    })
    assert.equal(warnings.length, 100)
    assert.equal(problems.count('kind 499'), 0)
  })

  it('writes one short line whatever it is given', () => {
    assert.equal(oneLine('a\r\n\u001b[31mb\u2028c'), 'a [31mb c')
    assert.equal(oneLine('x'.repeat(500)).length, 401)
  })
})
