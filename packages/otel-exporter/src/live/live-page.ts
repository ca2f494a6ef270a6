import type { IncomingMessage, ServerResponse } from 'node:http'
import { LiveFeed, type LiveFeedOptions } from './live-feed.ts'
import { pageFiles, type PageFile } from './page-files.ts'

export interface LivePageOptions extends LiveFeedOptions {
  /** Begins and ends with a slash. */
  readonly path: string
}

/** Everything of the page but the page itself is below this. */
const FOLDER = 'live/'

/** Scripts, styles and the feed of this origin, and nothing else: also not what a name might smuggle in. */
const POLICY = [
  "default-src 'none'",
  "script-src 'self'",
  "style-src 'self'",
  "img-src 'self'",
  "connect-src 'self'",
  "base-uri 'none'",
  "form-action 'none'",
  "frame-ancestors 'none'",
  "require-trusted-types-for 'script'",
].join('; ')

const HEADERS = {
  'Content-Security-Policy': POLICY,
  'X-Content-Type-Options': 'nosniff',
  'Referrer-Policy': 'no-referrer',
  'Cross-Origin-Resource-Policy': 'same-origin',
  'Cross-Origin-Opener-Policy': 'same-origin',
  'Cache-Control': 'no-store',
}

/** The live page: its files, and the feed that they show. Read only. */
export class LivePage {
  readonly path: string
  readonly feed: LiveFeed
  #files: ReadonlyMap<string, PageFile> | undefined

  constructor({ path, ...feed }: LivePageOptions) {
    this.path = path
    this.feed = new LiveFeed(feed)
  }

  /** Whether an address, without its query, is one of the page's. */
  has(address: string): boolean {
    return (
      address === this.path ||
      address === this.#withoutSlash ||
      (address.startsWith(this.path + FOLDER) && this.#named(address) !== undefined)
    )
  }

  /**
   * Answers GET or HEAD for an address that it has.
   *
   * @returns whether the answer goes on for as long as it is read
   */
  answer(request: IncomingMessage, response: ServerResponse, address: string): boolean {
    if (address !== this.path && address === this.#withoutSlash) {
      const Location = `${address.slice(address.lastIndexOf('/') + 1)}/`
      response.writeHead(308, { ...HEADERS, Location, 'Content-Length': 0 }).end()
      return false
    }
    const found = this.#named(address)
    if (found === 'events') return this.#events(request, response)
    const { type, body } = found as PageFile
    response.writeHead(200, { ...HEADERS, 'Content-Type': type, 'Content-Length': body.length })
    response.end(request.method === 'HEAD' ? undefined : body)
    return false
  }

  close(): void {
    this.feed.close()
  }

  get #withoutSlash(): string {
    return this.path.slice(0, -1)
  }

  #named(address: string): PageFile | 'events' | undefined {
    const name = address === this.path ? 'index.html' : address.slice(this.path.length + FOLDER.length)
    if (name === 'events') return 'events'
    this.#files ??= pageFiles()
    return this.#files.get(name)
  }

  #events(request: IncomingMessage, response: ServerResponse): boolean {
    // Other sites' pages cannot read it, but they could take every place.
    const site = request.headers['sec-fetch-site']
    if (site !== undefined && site !== 'same-origin' && site !== 'none') {
      return refuse(response, 403, 'Only for the live page itself\n')
    }
    if (this.feed.isFull) return refuse(response, 503, 'Too many are watching\n')
    response.writeHead(200, { ...HEADERS, 'Content-Type': 'text/event-stream; charset=utf-8' })
    if (request.method === 'HEAD') {
      response.end()
      return false
    }
    response.flushHeaders()
    this.feed.watch(response)
    return true
  }
}

function refuse(response: ServerResponse, status: number, body: string): false {
  response.writeHead(status, {
    ...HEADERS,
    'Content-Type': 'text/plain; charset=utf-8',
    'Content-Length': Buffer.byteLength(body),
  })
  response.end(response.req.method === 'HEAD' ? undefined : body)
  return false
}
