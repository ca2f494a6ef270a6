import type { IncomingMessage, ServerResponse } from 'node:http'
import { isThenable, processClock, withinRequest } from '@leasehold/core'
import { unrefTimer } from './detector-ticks.ts'
import { beginRequest } from './outliving.ts'

/** After the response's end: what a handler gives back behind its last line is not to be blamed. */
const GRACE_MILLIS = 100
/** After the client has gone away: the handler does not know yet, and has its work to end. */
const ABORTED_GRACE_MILLIS = 10_000

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
 * Wraps a listener for `http.createServer`: a lease that was taken for a request is reported, as by {@link outliving}, if it
 * is live 100 ms after the response has closed and the promise has settled that the listener may return. Without such a
 * promise a handler whose client has gone away before the response's end has 10 s.
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
  let awaited = 1
  let isSettled = false
  const ended = (): void => {
    if (--awaited > 0) return
    request.close()
    const graceMillis = response.writableFinished || isSettled ? GRACE_MILLIS : ABORTED_GRACE_MILLIS
    unrefTimer(processClock, graceMillis, () => request.end())
  }
  response.once('close', ended)
  const result = withinRequest(request, fn)
  if (!isThenable(result)) return result
  awaited++
  const settled = (): void => {
    isSettled = true
    ended()
  }
  return followed(result, settled) as R
}

/** In place of the promise itself: a rejection that nobody handles is to stay one. */
function followed(result: PromiseLike<unknown>, settled: () => void): PromiseLike<unknown> {
  return result.then(
    value => {
      settled()
      return value
    },
    (error: unknown) => {
      settled()
      throw error
    },
  )
}
