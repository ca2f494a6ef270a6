const WORD = /[\p{L}\p{N}\p{M}]+/gu

/** Longer runs are hashes and embedded data, which nobody searches for and which would fill the vocabulary. */
export const MAX_TOKEN_LENGTH = 40

/** The words of a text in order: runs of letters, digits and marks, in lower case and composed form. */
export function tokenize(text: string): string[] {
  const words = text.normalize('NFC').toLowerCase().match(WORD) ?? []
  return words.filter(word => word.length <= MAX_TOKEN_LENGTH)
}
