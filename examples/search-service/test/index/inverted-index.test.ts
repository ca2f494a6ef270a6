import assert from 'node:assert/strict'
import fc from 'fast-check'
import { BM25_B, BM25_K1, InvertedIndex } from '../../src/index/inverted-index.ts'
import { tokenize } from '../../src/index/tokenizer.ts'

const word = fc.constantFrom('lease', 'pool', 'cache', 'leak', 'drain', 'span', 'x')
const words = fc.array(word, { maxLength: 12 }).map(list => list.join(' '))

describe('InvertedIndex', () => {
  it('ranks as the formula does, recomputed naively from the texts', () => {
    fc.assert(
      fc.property(
        fc.array(words, { maxLength: 12 }),
        words,
        fc.integer({ min: 1, max: 15 }),
        (texts, query, limit) => {
          const index = indexOf(texts)
          const expected = naiveSearch(texts, query)
          const found = index.search(query, limit)
          assert.equal(found.length, Math.min(limit, expected.length))
          // Rank by rank the scores agree, and each is its own document's; two equal ones may differ in the last bit.
          for (const [rank, hit] of found.entries()) {
            assert.ok(Math.abs(hit.score - (expected[rank]?.score ?? NaN)) < 1e-9)
            const own = expected.find(each => each.documentId === hit.documentId)
            assert.ok(Math.abs(hit.score - (own?.score ?? NaN)) < 1e-9)
          }
          assert.equal(new Set(found.map(hit => hit.documentId)).size, found.length)
        },
      ),
      { numRuns: 500 },
    )
  })

  it('keeps the order of ids among equals', () => {
    const index = indexOf(['lease', 'lease', 'lease', 'lease'])
    assert.deepEqual(
      index.search('lease', 3).map(hit => hit.documentId),
      [0, 1, 2],
    )
  })

  it('counts documents, words and terms', () => {
    fc.assert(
      fc.property(fc.array(words), texts => {
        const index = indexOf(texts)
        const all = texts.map(tokenize)
        assert.equal(index.documents, texts.length)
        assert.equal(index.words, all.flat().length)
        assert.equal(index.terms, new Set(all.flat()).size)
        for (const { term, documents } of index.vocabulary()) {
          assert.equal(documents, all.filter(list => list.includes(term)).length)
          assert.equal(index.documentFrequency(term), documents)
        }
      }),
    )
  })

  it('orders the vocabulary by frequency, then by the alphabet', () => {
    const index = indexOf(['b a', 'a c', 'c a'])
    assert.deepEqual(index.vocabulary(), [
      { term: 'a', documents: 3 },
      { term: 'c', documents: 2 },
      { term: 'b', documents: 1 },
    ])
  })

  it('prefers a rare word to a frequent one and a short text to a long one', () => {
    const index = indexOf(['the lease', 'the the the', `the rare ${'filling '.repeat(50)}`, 'the rare'])
    assert.deepEqual(
      index.search('the rare', 2).map(hit => hit.documentId),
      [3, 2],
    )
  })

  it('finds nothing for unknown words, no words, and in an empty index', () => {
    assert.deepEqual(indexOf(['a b']).search('zzz', 10), [])
    assert.deepEqual(indexOf(['a b']).search(' -- ', 10), [])
    assert.deepEqual(indexOf([]).search('a', 10), [])
    assert.equal(indexOf([]).documentFrequency('a'), 0)
  })

  it('takes words that are names of object properties', () => {
    const index = indexOf(['constructor __proto__ toString'])
    assert.equal(index.search('constructor', 1).length, 1)
    assert.equal(index.search('hasOwnProperty', 1).length, 0)
  })
})

function indexOf(texts: readonly string[]): InvertedIndex {
  const index = new InvertedIndex()
  for (const text of texts) index.add(text)
  return index
}

function naiveSearch(texts: readonly string[], query: string): { documentId: number; score: number }[] {
  const documents = texts.map(tokenize)
  const average = documents.flat().length / Math.max(1, documents.length)
  return documents
    .map((document, documentId) => {
      let score = 0
      for (const term of new Set(tokenize(query))) {
        const frequency = document.filter(each => each === term).length
        const holding = documents.filter(each => each.includes(term)).length
        const idf = Math.log(1 + (documents.length - holding + 0.5) / (holding + 0.5))
        const norm = BM25_K1 * (1 - BM25_B + (BM25_B * document.length) / average)
        if (frequency > 0) score += (idf * frequency * (BM25_K1 + 1)) / (frequency + norm)
      }
      return { documentId, score }
    })
    .filter(({ score }) => score > 0)
    .sort((a, b) => b.score - a.score || a.documentId - b.documentId)
}
