import { request as httpRequest } from 'node:http'
import type { Agent, IncomingMessage } from 'node:http'
import { request as httpsRequest } from 'node:https'
import { hostLookup } from './host-lookup.ts'

export interface HttpPost {
  readonly url: URL
  readonly headers: Readonly<Record<string, string>>
  readonly body: Uint8Array
  readonly agent: Agent
  readonly signal: AbortSignal
  /** From the request's start until its answer is complete. */
  readonly timeoutMillis: number
  /**
   * How long the back end may keep the system from connecting, or from taking the next piece of the body. Meanwhile
   * the system keeps the program alive, which nothing here can prevent, nor see whether anything else does. A back end
   * that is slow and takes something now and then is not cut off; nor is the wait for its answer.
   */
  readonly stallMillis: number
}

export interface HttpAnswer {
  readonly status: number
  readonly retryAfter: string | undefined
  readonly contentType: string | undefined
  readonly body: Buffer
}

/** A back end has nothing longer to say to an export. */
const MAX_ANSWER_BYTES = 4 * 1024 * 1024

/** Small, so that a slow network is seen to take them. */
const PIECE_BYTES = 16 * 1024

/** One POST whose connection and timers do not keep the program alive. Rejects when there is no complete answer. */
export function post(o: HttpPost): Promise<HttpAnswer> {
  return new Promise((resolve, reject) => {
    const send = o.url.protocol === 'https:' ? httpsRequest : httpRequest
    const lookup = new AbortController()
    const request = send(o.url, {
      method: 'POST',
      headers: { ...o.headers, 'Content-Length': o.body.byteLength },
      agent: o.agent,
      lookup: hostLookup(lookup.signal),
    })
    let isOver = false
    const fail = (error: Error): void => {
      isOver = true
      reject(error)
      lookup.abort()
      request.destroy()
    }
    const timer = setTimeout(
      () => fail(new TimeoutError(`no answer within ${Math.round(o.timeoutMillis)} ms`)),
      o.timeoutMillis,
    ).unref()
    const stall = new Stall(o.stallMillis, millis => {
      fail(new TimeoutError(`nothing could be sent for ${Math.round(millis)} ms`))
    })
    const abort = (): void => fail(o.signal.reason as Error)
    o.signal.addEventListener('abort', abort, { once: true })
    request.once('socket', socket => {
      // Emitted for a kept-alive socket too, which the agent has just made hold the program again.
      socket.unref()
      // What TLS waits for then does not hold the program.
      if (!request.reusedSocket) socket.once('connect', () => stall.end())
    })
    request.once('response', response => readAnswer(response, resolve, fail))
    request.once('close', () => {
      clearTimeout(timer)
      stall.end()
      lookup.abort()
      o.signal.removeEventListener('abort', abort)
      if (!isStale) reject(new Error('the connection was closed without an answer'))
    })
    // A back end may close a kept-alive connection just as it is used again: that says nothing of the back end.
    let isStale = false
    request.on('error', (error: NodeJS.ErrnoException) => {
      isStale = request.reusedSocket && error.code === 'ECONNRESET' && !o.signal.aborted && !isOver
      if (isStale) resolve(post(o))
      else reject(error)
    })
    const write = (from: number): void => {
      if (isOver || request.destroyed) return
      const to = from + PIECE_BYTES
      if (to >= o.body.byteLength) request.end(o.body.subarray(from), () => stall.end())
      else {
        request.write(o.body.subarray(from, to), error => {
          stall.begin()
          if (!error) write(to)
        })
      }
    }
    stall.begin()
    if (o.signal.aborted) abort()
    else write(0)
  })
}

/** The time for which nothing has gone on. */
class Stall {
  readonly #millis: number
  readonly #onTooLong: (millis: number) => void
  #timer: NodeJS.Timeout | undefined

  constructor(millis: number, onTooLong: (millis: number) => void) {
    this.#millis = millis
    this.#onTooLong = onTooLong
  }

  /** Begins, also anew. */
  begin(): void {
    this.end()
    this.#timer = setTimeout(this.#onTooLong, this.#millis, this.#millis).unref()
  }

  end(): void {
    clearTimeout(this.#timer)
  }
}

/**
 * By events, not by iteration: of a connection that is kept alive the request closes in the same turn as the answer
 * ends, and an iteration would come to its end only after that.
 */
function readAnswer(
  response: IncomingMessage,
  resolve: (answer: HttpAnswer) => void,
  fail: (error: Error) => void,
): void {
  const chunks: Buffer[] = []
  let size = 0
  response.on('data', (chunk: Buffer) => {
    size += chunk.length
    if (size > MAX_ANSWER_BYTES) fail(new Error(`the answer is longer than ${MAX_ANSWER_BYTES} bytes`))
    else chunks.push(chunk)
  })
  response.on('error', fail)
  response.on('end', () => {
    resolve({
      status: response.statusCode ?? 0,
      retryAfter: response.headers['retry-after'],
      contentType: response.headers['content-type'],
      body: Buffer.concat(chunks),
    })
  })
}

class TimeoutError extends Error {
  readonly code: string = 'ETIMEDOUT'
}
