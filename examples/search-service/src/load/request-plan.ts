import type { InvertedIndex } from '../index/inverted-index.ts'
import { seededRandom, zipfRanks } from './random.ts'

export type RouteName = 'search' | 'document' | 'stats' | 'preview'

export interface PlannedRequest {
  readonly route: RouteName
  readonly path: string
}

const VOCABULARY = 5000
const DISTINCT_QUERIES = 800
const MAX_PREVIEWS = 3

/**
 * The whole load, drawn beforehand from the indexed vocabulary: the same index and seed give the same requests in the
 * same order, however the answers are scheduled. Frequent words are asked for more often than rare ones and some
 * queries are asked again and again, as people do. The planted leak is called up to three times, spread over the load.
 */
export function planRequests(index: InvertedIndex, requests: number, seed: number): PlannedRequest[] {
  const random = seededRandom(seed)
  const queries = drawQueries(index, random)
  const nextQuery = zipfRanks(queries.length, random)
  const previews = Math.min(MAX_PREVIEWS, requests)
  const previewAt = new Set(Array.from({ length: previews }, (_, i) => Math.floor((i * requests) / previews)))
  return Array.from({ length: requests }, (_, position): PlannedRequest => {
    const id = Math.floor(random() * index.documents)
    if (previewAt.has(position)) return { route: 'preview', path: `/preview/${id}` }
    const query = encodeURIComponent(queries[nextQuery()] as string)
    const dice = random()
    if (dice < 0.01) return { route: 'stats', path: '/stats' }
    if (dice < 0.3) return { route: 'document', path: `/document/${id}?q=${query}` }
    return { route: 'search', path: `/search?q=${query}` }
  })
}

function drawQueries(index: InvertedIndex, random: () => number): string[] {
  const vocabulary = index.vocabulary().slice(0, VOCABULARY)
  const words = vocabulary.map(({ term }) => term).filter(term => term.length > 2 && !/^\d+$/.test(term))
  const terms = words.length > 0 ? words : vocabulary.map(({ term }) => term)
  const nextTerm = zipfRanks(terms.length, random)
  return Array.from({ length: DISTINCT_QUERIES }, () => {
    const length = 1 + Math.floor(random() * 3)
    return Array.from({ length }, () => terms[nextTerm()] as string).join(' ')
  })
}
