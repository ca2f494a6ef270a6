import { createServer } from 'node:http'
import type { IncomingMessage, Server, ServerResponse } from 'node:http'
import type { AddressInfo, Socket } from 'node:net'
import { LeaseholdError } from '@leasehold/core'
import { describe } from '../failure-text.ts'
import type { LivePage } from '../live/live-page.ts'
import type { ProblemLog } from '../problem-log.ts'
import { isLocalHostHeader, isLoopback } from './loopback.ts'

export interface ScrapeServerOptions {
  readonly host: string
  /** 0: the system chooses. */
  readonly port: number
  readonly path: string
  readonly scrape: () => Promise<string>
  /** Served beside it, under other paths. */
  readonly live?: LivePage | undefined
  readonly problems: ProblemLog
}

/** Where metrics are scraped, once the server listens. */
export interface PrometheusEndpoint {
  readonly url: string
  readonly host: string
  readonly port: number
}

/** Where the live page is, once the server listens. */
export interface LiveEndpoint {
  readonly url: string
}

const MAX_CONNECTIONS = 64
/** For a request to be there whole, and for the next one on the same connection. */
const REQUEST_TIMEOUT_MILLIS = 5_000
/** From a request's arrival until it is answered and taken. */
const ANSWER_TIMEOUT_MILLIS = 10_000
/** How long a scrape that runs may still take when the server closes. */
const CLOSE_GRACE_MILLIS = 500

/**
 * The HTTP server for Prometheus' scrapes, GET and HEAD on one path, and for the live page. Neither it nor its connections keep the program
 * alive, and nothing that a client does or leaves undone holds more than a bounded number of connections for a bounded
 * time.
 */
export class ScrapeServer {
  /** Set while it listens. */
  endpoint: PrometheusEndpoint | undefined
  /** Set while it listens, if there is such a page. */
  liveEndpoint: LiveEndpoint | undefined
  /** Rejects with `ERR_TELEMETRY_LISTEN`. */
  readonly listening: Promise<void>
  readonly #options: ScrapeServerOptions
  readonly #server: Server
  readonly #connections: Set<Socket> = new Set()
  /** Those that ask nothing, the one that has been silent for longest first. */
  readonly #silent: Set<Socket> = new Set()
  #isLocal: boolean = true

  constructor(options: ScrapeServerOptions) {
    this.#options = options
    this.#server = createServer(
      {
        headersTimeout: REQUEST_TIMEOUT_MILLIS,
        requestTimeout: REQUEST_TIMEOUT_MILLIS,
        keepAliveTimeout: REQUEST_TIMEOUT_MILLIS,
        // By default these are looked at every 30 s only.
        connectionsCheckingInterval: 1_000,
        maxHeaderSize: 16_384,
      },
      this.#answer,
    )
    this.#server.on('connection', this.#admit)
    this.listening = this.#listen()
  }

  async close(): Promise<void> {
    this.endpoint = undefined
    this.liveEndpoint = undefined
    this.#options.live?.close()
    await this.listening.catch(() => {})
    if (!this.#server.listening) return
    const closed = new Promise<void>(resolve => void this.#server.close(() => resolve()))
    this.#server.closeIdleConnections()
    const timer = setTimeout(() => this.#server.closeAllConnections(), CLOSE_GRACE_MILLIS)
    await closed
    clearTimeout(timer)
  }

  #listen(): Promise<void> {
    const { host, port, path, live, problems } = this.#options
    return new Promise<void>((resolve, reject) => {
      this.#server.once('error', cause => reject(listenError(host, port, cause)))
      // Exclusive: workers of node:cluster would share the port, and each scrape show another of them.
      this.#server.listen({ host, port, exclusive: true }, () => {
        this.#server.removeAllListeners('error')
        this.#server.on('error', error =>
          problems.report('prometheus: server', `prometheus: ${describe(error)}`),
        )
        const bound = this.#server.address() as AddressInfo
        this.#isLocal = isLoopback(bound.address)
        const origin = `http://${urlHost(host)}:${bound.port}`
        this.endpoint = { url: origin + path, host, port: bound.port }
        if (live !== undefined) this.liveEndpoint = { url: origin + live.path }
        resolve()
      })
      this.#server.unref()
    })
  }

  /** Whoever only holds connections must not keep out who has something to ask. */
  readonly #admit = (socket: Socket): void => {
    socket.unref()
    this.#connections.add(socket)
    this.#silent.add(socket)
    socket.once('close', () => {
      this.#connections.delete(socket)
      this.#silent.delete(socket)
    })
    if (this.#connections.size <= MAX_CONNECTIONS) return
    const [longest = socket] = this.#silent
    longest.destroy()
    // Closed only in a later turn, when others may have come.
    this.#connections.delete(longest)
    this.#silent.delete(longest)
  }

  readonly #answer = (request: IncomingMessage, response: ServerResponse): void => {
    const timer = setTimeout(() => request.socket.destroy(), ANSWER_TIMEOUT_MILLIS).unref()
    this.#silent.delete(request.socket)
    response.once('close', () => {
      clearTimeout(timer)
      if (this.#connections.has(request.socket)) this.#silent.add(request.socket)
    })
    request.resume()
    const { host, path, live } = this.#options
    const address = request.url?.split('?', 1)[0] ?? ''
    const page = address !== path && live?.has(address) === true ? live : undefined
    if (this.#isLocal && !isLocalHostHeader(request.headers.host, host)) {
      end(response, 403, 'This address is for programs on this machine: ask for 127.0.0.1 or localhost.\n')
    } else if (address !== path && page === undefined) {
      const besides = live === undefined ? '' : `, the live page at ${live.path}`
      end(response, 404, `Not here: metrics are at ${path}${besides}\n`)
    } else if (request.method !== 'GET' && request.method !== 'HEAD') {
      response.setHeader('Allow', 'GET, HEAD')
      end(response, 405, 'Only GET and HEAD\n')
    } else if (page !== undefined) {
      // Who watches is looked after by the page.
      if (page.answer(request, response, address)) clearTimeout(timer)
    } else {
      this.#answerScrape(response)
    }
  }

  #answerScrape(response: ServerResponse): void {
    const { scrape, problems } = this.#options
    scrape().then(
      text => end(response, 200, text),
      error => {
        problems.report('prometheus: scrapes failed', `prometheus: a scrape failed: ${describe(error)}`)
        end(response, 500, 'The metrics could not be collected\n')
      },
    )
  }
}

function end(response: ServerResponse, status: number, body: string): void {
  response.writeHead(status, {
    'Content-Type': status === 200 ? 'text/plain; version=0.0.4; charset=utf-8' : 'text/plain; charset=utf-8',
    'Content-Length': Buffer.byteLength(body),
    'X-Content-Type-Options': 'nosniff',
  })
  response.end(response.req.method === 'HEAD' ? undefined : body)
}

function listenError(host: string, port: number, cause: Error): LeaseholdError {
  const why = (cause as NodeJS.ErrnoException).code === 'EADDRINUSE' ? 'the port is in use' : describe(cause)
  const message = `telemetry: cannot listen on ${urlHost(host)}:${port} for Prometheus' scrapes: ${why}`
  return new LeaseholdError('ERR_TELEMETRY_LISTEN', message, { host, port, cause })
}

function urlHost(host: string): string {
  return host.includes(':') ? `[${host}]` : host
}
