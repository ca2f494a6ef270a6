import { validateHeaderName, validateHeaderValue } from 'node:http'

/** Those that an export decides itself: another value would make it unreadable. */
const OWN: ReadonlySet<string> = new Set(['content-length', 'transfer-encoding', 'expect'])

/** Whether a request can carry such a header. */
export function isHeader(name: string, value: unknown): boolean {
  try {
    validateHeaderName(name)
    validateHeaderValue(name, value as string)
    return typeof value === 'string' && !OWN.has(name.toLowerCase())
  } catch {
    return false
  }
}
