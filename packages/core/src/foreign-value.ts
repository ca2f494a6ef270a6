import { types } from 'node:util'

/**
 * A value, a rejection or a return value of the program's own may be anything: a Proxy whose traps throw, an
 * error with a throwing getter, a revoked Proxy. Whatever looks at one of them goes through here, so that a
 * look can never throw into accounting.
 */

const MAX_TEXT = 256

/** Control characters, line separators, bidirectional overrides and lone surrogates: what could forge a log line. */
const UNSAFE =
  // eslint-disable-next-line no-control-regex
  /[\u0000-\u001f\u007f-\u009f\u2028\u2029\u200e\u200f\u202a-\u202e\u2066-\u2069\ufeff]|[\ud800-\udbff](?![\udc00-\udfff])|(?<![\ud800-\udbff])[\udc00-\udfff]/g

const PLAIN = /^[ -~]*$/

/** `text` fit for a metric, a span or a log line: escaped, and at most `max` characters (256). */
export function safeText(text: string, max: number = MAX_TEXT): string {
  // As nearly every text is, at a tenth of the price.
  if (text.length <= max && PLAIN.test(text)) return text
  // Cut first: escaping a megabyte to keep 256 characters would be a way to stall the loop.
  return cut(cut(text, max).replace(UNSAFE, escape), max)
}

function escape(character: string): string {
  return '\\u' + character.charCodeAt(0).toString(16).padStart(4, '0')
}

/** Never within a pair of surrogates: half of one is no character. */
function cut(text: string, max: number): string {
  if (text.length <= max) return text
  const isSplit = (text.charCodeAt(max - 2) & 0xfc00) === 0xd800
  return text.slice(0, isSplit ? max - 2 : max - 1) + '…'
}

/** The name of an error for `error.type`: its `code` is left to {@link isLeaseholdError}'s caller. Never throws. */
export function errorName(error: unknown): string {
  try {
    if (typeof error === 'object' && error !== null) {
      const name: unknown = (error as { name?: unknown }).name
      if (typeof name === 'string' && name !== '') return safeText(name, 64)
      return 'Object'
    }
    return error === null ? 'null' : typeof error
  } catch {
    return 'unreadable'
  }
}

/** A one-line description of whatever was thrown or rejected with. Never throws. */
export function describeError(error: unknown): string {
  try {
    if (typeof error === 'object' && error !== null) {
      const { message, code } = error as { message?: unknown; code?: unknown }
      const text = typeof message === 'string' && message !== '' ? safeText(message) : 'no message'
      const known = typeof code === 'string' && !text.includes(code) ? ` (${safeText(code, 64)})` : ''
      return `${errorName(error)}: ${text}${known}`
    }
    return describeValue(error)
  } catch {
    return 'an unreadable value'
  }
}

/** A short description of any value, for `got …` in an error. Never throws. */
export function describeValue(value: unknown): string {
  try {
    switch (typeof value) {
      case 'string':
        return safeText(JSON.stringify(value), 80)
      case 'number':
        return Object.is(value, -0) ? '-0' : String(value)
      case 'bigint':
        return safeText(String(value), 40) + 'n'
      case 'function':
        return 'a function'
      case 'symbol':
        return 'a symbol'
      case 'object':
        if (value === null) return 'null'
        return Array.isArray(value) ? 'an array' : 'an object'
      default:
        return String(value)
    }
  } catch {
    return 'an unreadable value'
  }
}

/**
 * Whether `value` has a `then` to wait for. A throw while looking is passed on: to `await` such a value would
 * throw just so, and the caller counts it as the failure that it is.
 */
export function isThenable(value: unknown): value is PromiseLike<unknown> {
  return (
    ((typeof value === 'object' && value !== null) || typeof value === 'function') &&
    typeof (value as { then?: unknown }).then === 'function'
  )
}

const nativeThen = Promise.prototype.then

/**
 * Calls one of the two once what a foreign function returned has settled, never at once; a `then` that throws, or calls
 * back twice or at once, does no harm. A promise of the platform's own is followed as `await` does it, without
 * another one around it; that of a subclass through its own `then`. What the two throw is an unhandled rejection: they must not.
 */
export function whenSettled(
  result: unknown,
  fulfilled: (value: unknown) => void,
  rejected: (reason: unknown) => void,
): void {
  try {
    // One of a subclass may only begin when its own `then` is called.
    if (types.isPromise(result) && result.constructor === Promise) {
      void nativeThen.call(result, fulfilled, rejected)
      return
    }
  } catch {
    // A promise whose constructor throws, or is none.
  }
  new Promise(resolve => resolve(result)).then(fulfilled, rejected)
}
