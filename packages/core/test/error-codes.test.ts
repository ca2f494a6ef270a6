import assert from 'node:assert/strict'
import { differingFiles } from '../scripts/generated-files.ts'
import { generateErrorFiles } from '../scripts/generate-errors.ts'
import { ERROR_CODES } from '../src/error-codes.ts'

describe('error codes', () => {
  for (const [code, entry] of Object.entries(ERROR_CODES)) {
    it(`${code} says what it is, and what to do`, () => {
      assert.match(code, /^ERR(?:_[A-Z]+)+$/)
      assert.match(entry.when, /\.$/)
      assert.match(entry.remedy, /\.$/)
      const names = entry.fields.map(field => field.name)
      assert.equal(new Set(names).size, names.length)
      // What every error has is not to be taken for something else.
      for (const own of ['name', 'message', 'stack', 'code', 'cause']) assert(!names.includes(own))
    })
  }

  it('docs/errors.md is what the table renders to', () => {
    assert.deepEqual(differingFiles(generateErrorFiles()), [])
  })

  it('docs/errors.md has a section for each code', () => {
    const text = generateErrorFiles().get('docs/errors.md') ?? ''
    for (const code of Object.keys(ERROR_CODES)) assert(text.includes(`\n### \`${code}\`\n`))
  })
})
