/**
 * Hashes of keys. JavaScript has none to ask for. Nothing depends on them but speed and good guesses: equal keys have
 * equal hashes, and what else has is no matter.
 */

const GOLDEN = 0x9e3779b1

/** Cheap enough for every hit: some characters only. @returns 13 bits */
export function roughHash(key: unknown): number {
  if (typeof key === 'string') {
    const { length } = key
    if (length < 3)
      return Math.imul(length === 0 ? 0 : key.charCodeAt(0) + key.charCodeAt(length - 1), GOLDEN) >>> 19
    const mixed =
      key.charCodeAt(length - 1) +
      key.charCodeAt(length - 2) * 0x65 +
      key.charCodeAt(length - 3) * 0x2f1 +
      key.charCodeAt(length >> 1) * 0x1357 +
      length * 0x7f4f
    return Math.imul(mixed, GOLDEN) >>> 19
  }
  return typeof key === 'number' ? Math.imul(key | 0, GOLDEN) >>> 19 : fullHash(key) >>> 19
}

/** Of all of the key, but of at most so many characters of a long one. */
const MAX_CHARACTERS = 64

/** @returns 32 bits, well mixed */
export function fullHash(key: unknown): number {
  switch (typeof key) {
    case 'string':
      return mix(textHash(key))
    case 'number':
      return mix(numberHash(key))
    case 'bigint':
      return mix(Number(BigInt.asIntN(32, key ^ (key >> 32n))))
    case 'object':
    case 'function':
      return key === null ? 1 : mix(identityOf(key))
    case 'symbol':
      return mix(textHash(key.description ?? ''))
    default:
      return key === true ? 2 : 3
  }
}

function textHash(text: string): number {
  const { length } = text
  const step = length <= MAX_CHARACTERS ? 1 : length / MAX_CHARACTERS
  let hash = length
  for (let at = 0; at < length; at += step) hash = Math.imul(hash ^ text.charCodeAt(at), 0x01000193)
  return hash
}

const double = new Float64Array(1)
const words = new Int32Array(double.buffer)

function numberHash(number: number): number {
  // To a Map 0 and -0 are one key.
  double[0] = number + 0
  return words[0]! ^ Math.imul(words[1]!, 0x85ebca6b)
}

const identities = new WeakMap<object, number>()
let lastIdentity = 0

function identityOf(key: object): number {
  let identity = identities.get(key)
  if (identity === undefined) identities.set(key, (identity = ++lastIdentity))
  return identity
}

function mix(hash: number): number {
  hash = Math.imul(hash ^ (hash >>> 16), 0x85ebca6b)
  hash = Math.imul(hash ^ (hash >>> 13), 0xc2b2ae35)
  return (hash ^ (hash >>> 16)) >>> 0
}
