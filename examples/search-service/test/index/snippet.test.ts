import assert from 'node:assert/strict'
import fc from 'fast-check'
import { snippet } from '../../src/index/snippet.ts'
import { tokenize } from '../../src/index/tokenizer.ts'

describe('snippet', () => {
  const filling = 'nothing to see here, '.repeat(30)

  it('shows the place where most of the different words stand together', () => {
    const text = `${filling}lease lease lease ${filling}a lease of a handle, released${filling}`
    const shown = snippet(text, 'lease handle released')
    assert.match(shown, /^….*a lease of a handle, released.*…$/)
  })

  it('shows the beginning when no word occurs', () => {
    assert.equal(snippet('short text', 'absent'), 'short text')
    assert.equal(snippet(`start ${filling}`, '', 10), 'start noth…')
  })

  it('puts everything on one line', () => {
    assert.equal(snippet('first\n\n  second\tthird', 'second'), 'first second third')
  })

  it('finds capitals and decomposed letters', () => {
    assert.match(snippet(`${filling}CAFE\u0301 society${filling}`, 'café'), /CAFE\u0301 society/)
  })

  it('is empty for an empty text', () => {
    assert.equal(snippet('', 'lease'), '')
  })

  it('stays within its length, never splits a character, and contains a word that occurs', () => {
    const unit = fc.constantFrom('a', 'b', ' ', '\n', '\u{1F600}', 'lease ', 'handle ')
    fc.assert(
      fc.property(fc.string({ unit, maxLength: 400 }), fc.integer({ min: 40, max: 80 }), (text, length) => {
        const shown = snippet(text, 'lease handle', length)
        assert.ok(shown.length <= length + 2, `${shown.length} > ${length}`)
        assert.doesNotMatch(shown, /[\uD800-\uDBFF](?![\uDC00-\uDFFF])|(?<![\uD800-\uDBFF])[\uDC00-\uDFFF]/)
        const occurs = tokenize(text).some(word => word === 'lease' || word === 'handle')
        if (occurs) assert.match(shown, /lease|handle/)
      }),
      { numRuns: 500 },
    )
  })
})
