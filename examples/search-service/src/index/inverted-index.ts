import { tokenize } from './tokenizer.ts'

/** Okapi BM25's usual constants: how soon a repeated word stops counting, how much length is held against a text. */
export const BM25_K1 = 1.2
export const BM25_B = 0.75

export interface SearchHit {
  readonly documentId: number
  readonly score: number
}

/**
 * A full-text index in memory. Postings are flat `[document, occurrences, document, occurrences, …]` lists of small
 * integers, which V8 keeps unboxed: 50 MB of source text costs about as much again in memory.
 */
export class InvertedIndex {
  readonly #postings: Map<string, number[]> = new Map()
  readonly #lengths: number[] = []
  #totalLength = 0

  get documents(): number {
    return this.#lengths.length
  }

  get words(): number {
    return this.#totalLength
  }

  get terms(): number {
    return this.#postings.size
  }

  /** Adds a text and returns its document id: 0, 1, 2, … in the order of adding. */
  add(text: string): number {
    const documentId = this.#lengths.length
    const words = tokenize(text)
    const occurrences = new Map<string, number>()
    for (const word of words) occurrences.set(word, (occurrences.get(word) ?? 0) + 1)
    for (const [word, count] of occurrences) {
      const postings = this.#postings.get(word)
      if (postings === undefined) this.#postings.set(word, [documentId, count])
      else postings.push(documentId, count)
    }
    this.#lengths.push(words.length)
    this.#totalLength += words.length
    return documentId
  }

  documentFrequency(term: string): number {
    return (this.#postings.get(term)?.length ?? 0) / 2
  }

  /** Every term with the number of documents that hold it, the most frequent first; equals in alphabetical order. */
  vocabulary(): { readonly term: string; readonly documents: number }[] {
    return [...this.#postings]
      .map(([term, postings]) => ({ term, documents: postings.length / 2 }))
      .sort((a, b) => b.documents - a.documents || (a.term < b.term ? -1 : 1))
  }

  /** The best documents that hold any of the query's words, by BM25; equals in order of their ids. */
  search(query: string, limit: number): SearchHit[] {
    const averageLength = this.#totalLength / Math.max(1, this.documents)
    const scores = new Map<number, number>()
    for (const term of new Set(tokenize(query))) {
      const postings = this.#postings.get(term)
      if (postings === undefined) continue
      const idf = inverseDocumentFrequency(this.documents, postings.length / 2)
      for (let i = 0; i < postings.length; i += 2) {
        const documentId = postings[i] as number
        const occurrences = postings[i + 1] as number
        const lengthRatio = (this.#lengths[documentId] as number) / averageLength
        const saturation = occurrences + BM25_K1 * (1 - BM25_B + BM25_B * lengthRatio)
        const score = (idf * occurrences * (BM25_K1 + 1)) / saturation
        scores.set(documentId, (scores.get(documentId) ?? 0) + score)
      }
    }
    return best(scores, limit)
  }
}

/** Lucene's variant, which never falls below zero for words that most documents hold. */
function inverseDocumentFrequency(documents: number, withTerm: number): number {
  return Math.log(1 + (documents - withTerm + 0.5) / (withTerm + 0.5))
}

/** A frequent word matches thousands of documents: keeping only the best ones sorted avoids sorting them all. */
function best(scores: ReadonlyMap<number, number>, limit: number): SearchHit[] {
  const hits: SearchHit[] = []
  for (const [documentId, score] of scores) {
    const worst = hits[limit - 1]
    if (worst !== undefined && precedes(worst, { documentId, score })) continue
    const hit = { documentId, score }
    let at = hits.length
    while (at > 0 && precedes(hit, hits[at - 1] as SearchHit)) at--
    hits.splice(at, 0, hit)
    if (hits.length > limit) hits.pop()
  }
  return hits
}

function precedes(a: SearchHit, b: SearchHit): boolean {
  return a.score > b.score || (a.score === b.score && a.documentId < b.documentId)
}
