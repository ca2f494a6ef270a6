import { readdirSync, readFileSync } from 'node:fs'

/** One file of the page, as it is sent. */
export interface PageFile {
  readonly type: string
  readonly body: Buffer
}

const PAGE = new URL('../../src/page/', import.meta.url)
/** The browser's code is compiled, also where this file is not. */
const SCRIPTS = new URL('../../dist/page/', import.meta.url)

/** The page's files by name: these and no others, so that no request can name a file of its own. */
export function pageFiles(): ReadonlyMap<string, PageFile> {
  const files = new Map<string, PageFile>([
    ['index.html', { type: 'text/html; charset=utf-8', body: readFileSync(new URL('index.html', PAGE)) }],
    ['page.css', { type: 'text/css; charset=utf-8', body: readFileSync(new URL('page.css', PAGE)) }],
    ['icon.svg', { type: 'image/svg+xml', body: readFileSync(new URL('icon.svg', PAGE)) }],
  ])
  for (const name of readdirSync(SCRIPTS)) {
    if (!name.endsWith('.js')) continue
    files.set(name, {
      type: 'text/javascript; charset=utf-8',
      body: readFileSync(new URL(name, SCRIPTS)),
    })
  }
  return files
}
