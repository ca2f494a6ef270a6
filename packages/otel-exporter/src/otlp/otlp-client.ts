import { gzip } from 'node:zlib'
import { promisify } from 'node:util'
import type { Agent } from 'node:http'
import { convertLegacyHttpOptions } from '@opentelemetry/otlp-exporter-base/node-http'
import { VERSION } from '../version.ts'
import { post, type HttpAnswer } from './http-post.ts'
import type { OtlpTarget } from './otlp-target.ts'
import { mayRetry, retryDelayMillis } from './retry.ts'

const compress = promisify(gzip)
const MAX_ATTEMPTS = 6

export type OtlpSignal = 'traces' | 'metrics'

export interface SendOptions {
  /** Gives it up. */
  readonly signal: AbortSignal
  /** Aborted when the program is about to end: then no wait is worth it, and what refuses is not asked again. */
  readonly hurry: AbortSignal
}

/**
 * Sends serialised telemetry to an OTLP end point over HTTP.
 *
 * The SDK's own transport is not used: while it sends, or waits to try again, its timers and sockets keep the program
 * alive, up to ten seconds after its work is done. Its configuration is: headers, time-outs, compression and
 * certificates come from options and `OTEL_EXPORTER_OTLP_*` as the SDK reads them.
 */
export class OtlpClient {
  readonly url: URL
  readonly #config: ReturnType<typeof convertLegacyHttpOptions>
  readonly #sendTimeoutMillis: number
  #agent: Promise<Agent> | undefined
  /** Whether the last attempt got no answer at all. */
  isDown: boolean = false

  constructor(signal: OtlpSignal, target: OtlpTarget, sendTimeoutMillis: number) {
    const { url, headers, timeoutMillis, compression } = target
    this.#config = convertLegacyHttpOptions(
      {
        url,
        ...(headers === undefined ? {} : { headers: { ...headers } }),
        ...(timeoutMillis === undefined ? {} : { timeoutMillis }),
        ...(compression === undefined ? {} : { compression: compression as never }),
      },
      signal.toUpperCase(),
      `v1/${signal}`,
      { 'Content-Type': target.protocol === 'http/json' ? 'application/json' : 'application/x-protobuf' },
    )
    this.url = new URL(this.#config.url)
    this.#sendTimeoutMillis = sendTimeoutMillis
  }

  /** @returns the answer's body. Rejects when it could not be delivered in time, or was refused. */
  async send(data: Uint8Array, { signal, hurry }: SendOptions): Promise<Uint8Array> {
    const deadline = performance.now() + this.#config.timeoutMillis
    const gzipped = this.#config.compression === 'gzip'
    const body = gzipped ? await compress(data) : data
    const headers: Record<string, string> = {
      ...(await this.#config.headers()),
      'User-Agent': `leasehold-otel-exporter/${VERSION}`,
      ...(gzipped ? { 'Content-Encoding': 'gzip' } : {}),
    }
    for (let attempt = 1; ; attempt++) {
      const timeoutMillis = Math.max(1, deadline - performance.now())
      const result = await this.#attempt(headers, body, signal, timeoutMillis)
      if (!(result instanceof Error) && result.status < 300) return result.body
      const failure = result instanceof Error ? result : refusal(result)
      const delay = retryDelayMillis(attempt, result instanceof Error ? undefined : result.retryAfter)
      const isFutile = attempt >= MAX_ATTEMPTS || signal.aborted || (hurry.aborted && result instanceof Error)
      if (isFutile || !mayRetry(result) || performance.now() + delay >= deadline) throw failure
      await pause(delay, [signal, hurry])
    }
  }

  close(): void {
    void this.#agent?.then(agent => agent.destroy())
  }

  async #attempt(
    headers: Record<string, string>,
    body: Uint8Array,
    signal: AbortSignal,
    timeoutMillis: number,
  ): Promise<HttpAnswer | Error> {
    try {
      this.#agent ??= Promise.resolve(this.#config.agentFactory(this.url.protocol))
      const agent = await this.#agent
      const sendTimeoutMillis = Math.min(timeoutMillis, this.#sendTimeoutMillis)
      const answer = await post({
        url: this.url,
        headers,
        body,
        agent,
        signal,
        timeoutMillis,
        sendTimeoutMillis,
      })
      this.isDown = false
      return answer
    } catch (error) {
      this.isDown = true
      return error instanceof Error ? error : new Error(String(error))
    }
  }
}

function refusal({ status, body }: HttpAnswer): Error {
  const text = body.subarray(0, 200).toString('utf8').trim()
  const printable = /^[\x20-\x7e\s]*$/.test(text) ? text : ''
  return new Error(`HTTP status ${status}${printable === '' ? '' : `: ${printable}`}`)
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
