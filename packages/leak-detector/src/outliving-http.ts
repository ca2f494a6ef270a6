import type { IncomingMessage, ServerResponse } from 'node:http'
import { processClock, withinRequest } from '@leasehold/core'
import { unrefTimer } from './detector-ticks.ts'
import { beginRequest } from './outliving.ts'

/** After the response's end: what a handler gives back behind its last line is not to be blamed. */
const GRACE_MILLIS = 100

/** What `http.createServer` takes. */
export type RequestListener = (request: IncomingMessage, response: ServerResponse) => unknown

/** What is used of a Fastify instance. */
export interface FastifyLike {
  addHook(
    name: 'onRequest',
    hook: (request: unknown, reply: { readonly raw: ServerResponse }, done: () => void) => void,
  ): unknown
}

/**
 * Wraps a listener for `http.createServer`: a lease that was taken for a request and is live 100 ms after the response has
 * closed is reported, as by {@link outliving}.
 */
export function outlivingListener(listener: RequestListener): RequestListener {
  return (request, response) => within(response, () => listener(request, response))
}

/** The same as a middleware for Express and what is like it; to be used before all others that take leases. */
export function outlivingExpress(): (request: unknown, response: ServerResponse, next: () => void) => void {
  return (_, response, next) => within(response, next)
}

/** The same as a plugin for Fastify: `fastify.register(outlivingFastify)`. */
export function outlivingFastify(fastify: FastifyLike, _: unknown, done: () => void): void {
  fastify.addHook('onRequest', (_, reply, next) => within(reply.raw, next))
  done()
}
// For the routes of the whole program, not only those of the plugin's own.
Object.defineProperty(outlivingFastify, Symbol.for('skip-override'), { value: true })

function within<R>(response: ServerResponse, fn: () => R): R {
  const request = beginRequest()
  response.once('close', () => {
    request.close()
    unrefTimer(processClock, GRACE_MILLIS, () => request.end())
  })
  return withinRequest(request, fn)
}
