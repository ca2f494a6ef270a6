import { request as httpRequest } from 'node:http'
import type { Agent, IncomingMessage } from 'node:http'
import { request as httpsRequest } from 'node:https'

export interface HttpPost {
  readonly url: URL
  readonly headers: Readonly<Record<string, string>>
  readonly body: Uint8Array
  readonly agent: Agent
  readonly signal: AbortSignal
  /** From the request's start until its answer is complete. */
  readonly timeoutMillis: number
  /**
   * From the request's start until its last byte is handed over. Until then the system keeps the program alive, which
   * nothing here can prevent; afterwards the wait for the answer does not.
   */
  readonly sendTimeoutMillis: number
}

export interface HttpAnswer {
  readonly status: number
  readonly retryAfter: string | undefined
  readonly body: Buffer
}

/** A back end has nothing longer to say to an export. */
const MAX_ANSWER_BYTES = 4 * 1024 * 1024

/** One POST whose connection and timers do not keep the program alive. Rejects when there is no complete answer. */
export function post(o: HttpPost): Promise<HttpAnswer> {
  return new Promise((resolve, reject) => {
    const send = o.url.protocol === 'https:' ? httpsRequest : httpRequest
    const request = send(o.url, {
      method: 'POST',
      headers: { ...o.headers, 'Content-Length': o.body.byteLength },
      agent: o.agent,
    })
    let isOver = false
    const fail = (error: Error): void => {
      isOver = true
      reject(error)
      request.destroy()
    }
    const timer = setTimeout(
      () => fail(new TimeoutError('no answer', o.timeoutMillis)),
      o.timeoutMillis,
    ).unref()
    const sendTimer = setTimeout(
      () => fail(new TimeoutError('could not be sent', o.sendTimeoutMillis)),
      o.sendTimeoutMillis,
    ).unref()
    const abort = (): void => fail(o.signal.reason as Error)
    o.signal.addEventListener('abort', abort, { once: true })
    // Emitted for a kept-alive socket too, which the agent has just made hold the program again.
    request.once('socket', socket => socket.unref())
    request.once('finish', () => clearTimeout(sendTimer))
    request.once('response', response => readAnswer(response, resolve, fail))
    request.once('close', () => {
      clearTimeout(timer)
      clearTimeout(sendTimer)
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
    if (o.signal.aborted) abort()
    else request.end(o.body)
  })
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
      body: Buffer.concat(chunks),
    })
  })
}

class TimeoutError extends Error {
  readonly code: string = 'ETIMEDOUT'

  constructor(what: string, millis: number) {
    super(`${what} within ${Math.round(millis)} ms`)
  }
}
