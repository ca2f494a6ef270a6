/** How many different stacks are kept once; beyond, each is a string of its own. */
const MAX_SITES = 10_000
const FRAMES = 24

/** Frames that are never where a resource was taken: Node's, and those of this package and of its sisters. */
const OWN_FILES = new URL('.', import.meta.url)
const PACKAGES = new URL('../../', import.meta.url)
const HIDDEN = [
  /\(?node:/,
  new RegExp(escaped(OWN_FILES.href)),
  new RegExp(escaped(decodeURIComponent(OWN_FILES.pathname))),
  new RegExp(`${escaped(PACKAGES.href)}[^/]+/(src|dist)/`),
  new RegExp(`${escaped(decodeURIComponent(PACKAGES.pathname))}[^/]+/(src|dist)/`),
  /[\\/]node_modules[\\/]@leasehold[\\/]/,
]

/**
 * Acquiring stacks, formatted at once and interned. At once, because an unformatted stack holds the receivers
 * of its frames and would itself keep a dropped lease from being collected.
 */
export class StackSites {
  readonly #sites: Map<string, string> = new Map()

  /** The program's own frames of the stack below `below`, all if it has none; undefined if there is none to read. */
  capture(below: (...args: never[]) => unknown): string | undefined {
    const stack = stackBelow(below)
    if (stack === undefined) return undefined
    const frames = stack.split('\n').slice(1)
    if (frames.length === 0) return undefined
    const own = frames.filter(frame => !HIDDEN.some(pattern => pattern.test(frame)))
    const site = (own.length === 0 ? frames : own).map(frame => frame.trim()).join('\n')
    const known = this.#sites.get(site)
    if (known !== undefined) return known
    if (this.#sites.size < MAX_SITES) this.#sites.set(site, site)
    return site
  }
}

function stackBelow(below: (...args: never[]) => unknown): string | undefined {
  const limit: unknown = Error.stackTraceLimit
  try {
    Error.stackTraceLimit = typeof limit === 'number' && limit > FRAMES ? limit : FRAMES
    const holder: { stack?: unknown } = {}
    Error.captureStackTrace(holder, below)
    // The program may have replaced Error.prepareStackTrace by anything.
    return typeof holder.stack === 'string' ? holder.stack : undefined
  } catch {
    return undefined
  } finally {
    restore(limit)
  }
}

/** As it was, whatever the program had put there. */
function restore(limit: unknown): void {
  try {
    Error.stackTraceLimit = limit as number
  } catch {
    // Frozen intrinsics: then it was not changed either.
  }
}

function escaped(text: string): string {
  return text.replace(/[.*+?^${}()|[\]\\]/g, '\\$&')
}
