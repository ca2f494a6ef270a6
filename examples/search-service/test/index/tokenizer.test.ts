import assert from 'node:assert/strict'
import fc from 'fast-check'
import { MAX_TOKEN_LENGTH, tokenize } from '../../src/index/tokenizer.ts'

describe('tokenize', () => {
  it('splits at everything that is neither letter, digit nor mark, and lowers the case', () => {
    assert.deepEqual(tokenize('Fresh-Water: 12 FISH_and "chips"!'), [
      'fresh',
      'water',
      '12',
      'fish',
      'and',
      'chips',
    ])
  })

  it('treats scripts alike', () => {
    assert.deepEqual(tokenize('Straße, Ёлка; 漢字 שלום'), ['straße', 'ёлка', '漢字', 'שלום'])
  })

  it('finds the same word in a composed and a decomposed form', () => {
    assert.deepEqual(tokenize('cafe\u0301'), tokenize('caf\u00e9'))
  })

  it('leaves out what is too long to be a word', () => {
    assert.deepEqual(tokenize(`a ${'x'.repeat(MAX_TOKEN_LENGTH)} ${'y'.repeat(MAX_TOKEN_LENGTH + 1)} b`), [
      'a',
      'x'.repeat(MAX_TOKEN_LENGTH),
      'b',
    ])
  })

  it('has no words in an empty text', () => {
    assert.deepEqual(tokenize(''), [])
    assert.deepEqual(tokenize(' \n\t--'), [])
  })

  it('gives words that tokenize to themselves, whatever the text', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'grapheme' }), text => {
        for (const word of tokenize(text)) assert.deepEqual(tokenize(word), [word])
      }),
    )
  })
})
