import { once } from 'node:events'
import { createServer } from 'node:http'
import type { IncomingMessage, Server, ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import type { Lease, ResourceRegistry } from '@leasehold/core'
import { outlivingListener } from '@leasehold/leak-detector'
import { codeOf, Failure, reasonOf } from '../failure.ts'
import type { Reply } from './reply.ts'

const HOST = '127.0.0.1'
const STOP_TIMEOUT_MILLIS = 3000

export interface HttpService {
  readonly url: string
  readonly lease: Lease<Server>
}

/** Answers by `handle`. What a request takes is to be given back by its end: the leak detector tells of what is not. */
export async function startHttpServer(
  port: number,
  registry: ResourceRegistry,
  handle: (url: URL) => Promise<Reply>,
): Promise<HttpService> {
  const listener = outlivingListener((request, response) => answer(request, response, handle))
  return await listen(port, 'search', registry, listener)
}

/** Listens on 127.0.0.1. Stopping lets the requests in flight finish, until the cleanup's own deadline. */
export async function listen(
  port: number,
  name: string,
  registry: ResourceRegistry,
  listener: (request: IncomingMessage, response: ServerResponse) => unknown,
): Promise<HttpService> {
  const server = createServer((request, response) => void listener(request, response))
  server.listen(port, HOST)
  try {
    await once(server, 'listening')
  } catch (error) {
    throw listenFailure(port, error)
  }
  const url = `http://${HOST}:${(server.address() as AddressInfo).port}`
  const lease = registry.track(server, {
    kind: 'http.server',
    name,
    cleanup: stop,
    force: running => running.closeAllConnections(),
    timeoutMillis: STOP_TIMEOUT_MILLIS,
    leakThresholdMillis: false,
  })
  return { url, lease }
}

async function answer(
  request: IncomingMessage,
  response: ServerResponse,
  handle: (url: URL) => Promise<Reply>,
): Promise<void> {
  const reply = await replyTo(request, handle)
  const body = JSON.stringify(reply.body)
  response.writeHead(reply.status, {
    'content-type': 'application/json; charset=utf-8',
    'content-length': Buffer.byteLength(body),
  })
  response.end(request.method === 'HEAD' ? undefined : body)
}

async function replyTo(request: IncomingMessage, handle: (url: URL) => Promise<Reply>): Promise<Reply> {
  if (request.method !== 'GET' && request.method !== 'HEAD') {
    return { status: 405, body: { error: 'only GET is answered here' } }
  }
  try {
    return await handle(new URL(request.url ?? '/', `http://${HOST}`))
  } catch (error) {
    return { status: 500, body: { error: reasonOf(error) } }
  }
}

async function stop(server: Server): Promise<void> {
  const closed = once(server, 'close')
  server.close()
  server.closeIdleConnections()
  await closed
}

function listenFailure(port: number, error: unknown): Failure {
  switch (codeOf(error)) {
    case 'EADDRINUSE':
      return new Failure(
        `Port ${port} of ${HOST} is in use. Choose another with --port, or 0 for any free one.`,
      )
    case 'EACCES':
      return new Failure(`No permission to listen on port ${port}. Choose one above 1023 with --port.`)
    default:
      return new Failure(`Cannot listen on port ${port} of ${HOST}: ${reasonOf(error)}.`)
  }
}
