import { safeText } from '../foreign-value.ts'

/** A path that is quoted, as Node.js quotes those of its errors: it may hold spaces. */
const QUOTED = /(['"`])(?:file:\/\/)?(?:[A-Za-z]:)?[\\/](?:[^'"`]*[\\/])([^'"`\\/]*)\1/g
/** One that is not. What has letters before it is relative, or a URL's. */
const BARE = /(?<![\w.:/\\-])(?:file:\/\/)?(?:[A-Za-z]:)?(?:[\\/][^\\/\s'"`:,;()]+)+[\\/](?=[^\\/\s])/g

/**
 * An error's text as the message of a span's status, escaped and bounded. Of an absolute path only the last part stays:
 * the folders tell of machines and people, and traces are read by many.
 */
export function statusMessage(text: string): string {
  return safeText(safeText(text, 2_048).replace(QUOTED, '$1…/$2$1').replace(BARE, '…/'))
}
