import assert from 'node:assert/strict'
import { InvertedIndex } from '../../src/index/inverted-index.ts'
import { planRequests } from '../../src/load/request-plan.ts'
import { sampleTexts } from '../temporary-folder.ts'

describe('planRequests', () => {
  const index = new InvertedIndex()
  for (const text of Object.values(sampleTexts(20))) index.add(text)

  it('is the same for a seed, and another for another', () => {
    assert.deepEqual(planRequests(index, 200, 1), planRequests(index, 200, 1))
    assert.notDeepEqual(planRequests(index, 200, 1), planRequests(index, 200, 2))
  })

  it('calls the planted leak three times, or as often as there are requests', () => {
    for (const [requests, previews] of [
      [1, 1],
      [2, 2],
      [3, 3],
      [500, 3],
    ] as const) {
      const plan = planRequests(index, requests, 1)
      assert.equal(plan.length, requests)
      assert.equal(plan.filter(({ route }) => route === 'preview').length, previews)
    }
  })

  it('asks only for words and documents that are indexed', () => {
    for (const { path } of planRequests(index, 500, 3)) {
      const url = new URL(path, 'http://localhost')
      const id = /^\/(?:document|preview)\/(\d+)$/.exec(url.pathname)?.[1]
      if (id !== undefined) assert.ok(Number(id) < index.documents)
      const query = url.searchParams.get('q')
      if (query !== null) assert.notEqual(index.search(query, 1).length, 0, query)
    }
  })

  it('repeats some queries, so that there is something to cache', () => {
    const searches = planRequests(index, 500, 1).filter(({ route }) => route === 'search')
    assert.ok(searches.length > 300)
    assert.ok(new Set(searches.map(({ path }) => path)).size < searches.length)
  })

  it('finds words to ask for where all are short or numbers', () => {
    const tiny = new InvertedIndex()
    tiny.add('1 2 ab')
    assert.equal(planRequests(tiny, 50, 1).length, 50)
  })
})
