import { Agent as HttpAgent } from 'node:http'
import { Agent as HttpsAgent } from 'node:https'
import { promisify } from 'node:util'
import { gzip } from 'node:zlib'
import { VERSION } from '../version.ts'
import { post, type HttpAnswer } from './http-post.ts'
import type { OtlpTarget } from './otlp-target.ts'
import { mayRetry, retryDelayMillis } from './retry.ts'
import { Secrets } from './secrets.ts'

const compress = promisify(gzip)
/** Of what a back end says. */
const MAX_SHOWN = 200

export interface SendOptions {
  /** Gives it up. */
  readonly signal: AbortSignal
  /** Aborted when the program is about to end: then waits are short, and who is not there is not asked again. */
  readonly hurry: AbortSignal
}

/**
 * Sends serialised telemetry to an OTLP end point over HTTP.
 *
 * The SDK's own transport is not used: while it sends, or waits to try again, its timers and sockets keep the program
 * alive, up to ten seconds after its work is done.
 */
export class OtlpClient {
  readonly url: URL
  readonly #target: OtlpTarget
  readonly #stallMillis: number
  readonly #secrets: Secrets
  readonly #agent: HttpAgent
  /** Whether the last attempt got no answer at all. */
  isDown: boolean = false

  constructor(target: OtlpTarget, stallMillis: number) {
    this.url = new URL(target.url)
    this.#target = target
    this.#stallMillis = stallMillis
    this.#secrets = new Secrets(target)
    this.#agent =
      this.url.protocol === 'https:'
        ? new HttpsAgent({ keepAlive: true, ...target.certificates })
        : new HttpAgent({ keepAlive: true })
  }

  /** @returns the answer. Rejects when it could not be delivered in time, or was refused. */
  async send(data: Uint8Array, { signal, hurry }: SendOptions): Promise<HttpAnswer> {
    const { timeoutMillis, compression, protocol, headers: own } = this.#target
    const deadline = performance.now() + timeoutMillis
    const body = compression === 'gzip' ? await compress(data) : data
    const headers: Record<string, string> = {
      ...own,
      'Content-Type': protocol === 'http/json' ? 'application/json' : 'application/x-protobuf',
      'User-Agent': `leasehold-otel-exporter/${VERSION}`,
      ...(compression === 'gzip' ? { 'Content-Encoding': 'gzip' } : {}),
    }
    for (let attempt = 1; ; attempt++) {
      const result = await this.#attempt(headers, body, signal, Math.max(1, deadline - performance.now()))
      if (!(result instanceof Error) && result.status < 300) return result
      const delay = retryDelayMillis({
        attempt,
        retryAfter: result instanceof Error ? undefined : result.retryAfter,
        isHurried: hurry.aborted,
      })
      const isFutile = signal.aborted || (hurry.aborted && result instanceof Error)
      if (isFutile || !mayRetry(result) || performance.now() + delay >= deadline)
        throw result instanceof Error ? result : this.#refusal(result)
      await pause(delay, [signal, hurry])
    }
  }

  /** What the back end said, without what it was told in confidence. */
  shown(text: string): string {
    return this.#secrets.hide(text).slice(0, MAX_SHOWN)
  }

  close(): void {
    this.#agent.destroy()
  }

  async #attempt(
    headers: Record<string, string>,
    body: Uint8Array,
    signal: AbortSignal,
    timeoutMillis: number,
  ): Promise<HttpAnswer | Error> {
    try {
      const stallMillis = Math.min(timeoutMillis, this.#stallMillis)
      const agent = this.#agent
      const answer = await post({ url: this.url, headers, body, agent, signal, timeoutMillis, stallMillis })
      this.isDown = false
      return answer
    } catch (error) {
      this.isDown = true
      return error instanceof Error ? error : new Error(String(error))
    }
  }

  #refusal({ status, body }: HttpAnswer): Error {
    const text = this.shown(body.toString('utf8').trim())
    const printable = /^[\x20-\x7e\s]*$/.test(text) ? text : ''
    return new Error(`HTTP status ${status}${printable === '' ? '' : `: ${printable}`}`)
  }
}

/** Ended early by any of `signals`, unless it was aborted before. */
async function pause(millis: number, signals: readonly AbortSignal[]): Promise<void> {
  await new Promise<void>(resolve => {
    const done = (): void => {
      clearTimeout(timer)
      for (const signal of signals) signal.removeEventListener('abort', done)
      resolve()
    }
    const timer = setTimeout(done, millis).unref()
    for (const signal of signals) signal.addEventListener('abort', done, { once: true })
  })
}
