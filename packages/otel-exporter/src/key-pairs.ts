/** What a list `key=value,key=value` says, percent-encoded as OpenTelemetry's variables have it. */
export interface KeyPairs {
  readonly pairs: (readonly [key: string, value: string])[]
  /** Which entries, from 1, are no such pair. */
  readonly malformed: number[]
}

export function parseKeyPairs(text: string): KeyPairs {
  const pairs: (readonly [string, string])[] = []
  const malformed: number[] = []
  for (const [i, entry] of text.split(',').entries()) {
    if (entry.trim() === '') continue
    const pair = parsePair(entry)
    if (pair === undefined) malformed.push(i + 1)
    else pairs.push(pair)
  }
  return { pairs, malformed }
}

/** The value may have a `=` of its own, which many write as it is: `Authorization=Basic dTpw==`. */
function parsePair(entry: string): readonly [string, string] | undefined {
  const equals = entry.indexOf('=')
  if (equals < 0) return undefined
  try {
    const key = decodeURIComponent(entry.slice(0, equals).trim())
    return key === '' ? undefined : [key, decodeURIComponent(entry.slice(equals + 1).trim())]
  } catch {
    return undefined
  }
}
