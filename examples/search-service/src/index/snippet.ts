import { tokenize } from './tokenizer.ts'

const WORD = /[\p{L}\p{N}\p{M}]+/gu

/**
 * About `length` characters of a text around the place where most of the query's different words stand together, on one
 * line; its beginning when none occurs. Cut ends are marked with an ellipsis.
 */
export function snippet(text: string, query: string, length = 160): string {
  const wanted = new Set(tokenize(query))
  const start = wanted.size === 0 ? 0 : bestStart(text, wanted, length)
  const end = Math.min(text.length, start + length)
  const line = wholeCharacters(text, start, end).replace(/\s+/g, ' ').trim()
  return `${start > 0 ? '…' : ''}${line}${end < text.length ? '…' : ''}`
}

function bestStart(text: string, wanted: ReadonlySet<string>, length: number): number {
  const places: { term: string; at: number }[] = []
  for (const match of text.matchAll(WORD)) {
    const term = match[0].normalize('NFC').toLowerCase()
    if (wanted.has(term)) places.push({ term, at: match.index })
  }
  let bestAt = places[0]?.at ?? 0
  let bestCount = 0
  const inWindow = new Map<string, number>()
  for (let first = 0, next = 0; first < places.length; first++) {
    const from = places[first] as { term: string; at: number }
    for (; next < places.length && (places[next] as { at: number }).at < from.at + length / 2; next++) {
      const { term } = places[next] as { term: string }
      inWindow.set(term, (inWindow.get(term) ?? 0) + 1)
    }
    if (inWindow.size > bestCount) {
      bestCount = inWindow.size
      bestAt = from.at
    }
    const left = (inWindow.get(from.term) ?? 0) - 1
    if (left > 0) inWindow.set(from.term, left)
    else inWindow.delete(from.term)
  }
  // A quarter of the window goes before the first hit, so that the words are read in their sentence.
  return Math.max(0, bestAt - Math.floor(length / 4))
}

/** A cut between the two halves of a surrogate pair would leave an unprintable character at either end. */
function wholeCharacters(text: string, start: number, end: number): string {
  return text.slice(start, end).replace(/^[\uDC00-\uDFFF]|[\uD800-\uDBFF]$/g, '')
}
