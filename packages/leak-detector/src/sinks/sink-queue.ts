import { context, createContextKey, ROOT_CONTEXT, type Context } from '@opentelemetry/api'
import { errorName, processClock, safeText, warnOnce, type Clock } from '@leasehold/core'
import { unrefTimer } from '../detector-ticks.ts'
import type { Endpoint } from './sink-options.ts'

const FIRST_DELAY_MILLIS = 500
const MAX_DELAY_MILLIS = 30_000
/** What is not read of an answer is thrown away with the connection. */
const MAX_ANSWER = 65_536

export interface SinkLimits {
  readonly timeoutMillis: number
  readonly attempts: number
  readonly queueLimit: number
}

/** What a sink has done. */
export interface SinkStats {
  readonly waiting: number
  readonly sent: number
  /** Refused, or without an answer at the last attempt. */
  readonly failed: number
  /** Too many waited. */
  readonly dropped: number
}

/** As the SDKs know it: what an alert needs for its way is no part of the program's traces. */
const UNTRACED: Context = ROOT_CONTEXT.setValue(
  createContextKey('OpenTelemetry SDK Context Key SUPPRESS_TRACING'),
  true,
)

/** An answer that says to try no more: the request itself is wrong. */
class Refused extends Error {}

/**
 * Sends one body after the other, each until it has arrived or is given up. Nothing of it is ever felt: `add` returns at
 * once, what cannot be sent is counted, and the first failure of each host is a process warning, without the URL and its secrets.
 */
export class SinkQueue {
  readonly #what: string
  readonly #endpoint: Endpoint
  readonly #limits: SinkLimits
  #clock: Clock = processClock
  readonly #waiting: (() => unknown)[] = []
  #running: Promise<void> | undefined
  #sent: number = 0
  #failed: number = 0
  #dropped: number = 0

  constructor(what: string, endpoint: Endpoint, limits: SinkLimits) {
    this.#what = what
    this.#endpoint = endpoint
    this.#limits = limits
  }

  use(clock: Clock): void {
    this.#clock = clock
  }

  get isIdle(): boolean {
    return this.#running === undefined
  }

  get stats(): SinkStats {
    return { waiting: this.#waiting.length, sent: this.#sent, failed: this.#failed, dropped: this.#dropped }
  }

  /** @param body makes what is sent as JSON, when it is sent */
  add(body: () => unknown): void {
    if (this.#waiting.length >= this.#limits.queueLimit) {
      this.#waiting.shift()
      this.#dropped++
    }
    this.#waiting.push(body)
    this.#running ??= context.with(UNTRACED, () => this.#run()).finally(() => (this.#running = undefined))
  }

  /** Settles when nothing waits any more. */
  async flush(): Promise<void> {
    while (this.#running !== undefined) await this.#running
  }

  async #run(): Promise<void> {
    for (let body = this.#waiting.shift(); body !== undefined; body = this.#waiting.shift()) {
      try {
        await this.#send(JSON.stringify(body()))
        this.#sent++
      } catch (error) {
        this.#failed++
        const why = error instanceof Refused ? error.message : reasonOf(error)
        warnOnce(
          `sink:${this.#what}:${this.#endpoint.shown}`,
          `${this.#what} to ${this.#endpoint.shown} failed: ${why}`,
        )
      }
    }
  }

  async #send(body: string): Promise<void> {
    for (let attempt = 1; ; attempt++) {
      try {
        await this.#post(body)
        return
      } catch (error) {
        if (error instanceof Refused || attempt >= this.#limits.attempts) throw error
      }
      const most = Math.min(MAX_DELAY_MILLIS, FIRST_DELAY_MILLIS * 2 ** attempt)
      // Not all at once, when what was down is up again.
      await this.#delay(most / 2 + Math.random() * (most / 2))
    }
  }

  async #post(body: string): Promise<void> {
    const controller = new AbortController()
    const timer = unrefTimer(this.#clock, this.#limits.timeoutMillis, () =>
      controller.abort(new DOMException('no answer in time', 'TimeoutError')),
    )
    try {
      const { url, headers } = this.#endpoint
      const response = await fetch(url, {
        method: 'POST',
        headers: { 'content-type': 'application/json', ...headers },
        body,
        signal: controller.signal,
        // Another host is not to get what was meant for this one.
        redirect: 'manual',
      })
      await discard(response)
      if (response.ok) return
      const { status } = response
      const mayPass = status >= 500 || status === 429 || status === 408
      throw mayPass ? new Error(`HTTP ${status}`) : new Refused(`HTTP ${status}`)
    } finally {
      this.#clock.clearTimeout(timer)
    }
  }

  #delay(millis: number): Promise<void> {
    return new Promise(resolve => unrefTimer(this.#clock, millis, resolve))
  }
}

/** So that the connection can be used again, unless there is no end of it. */
async function discard(response: Response): Promise<void> {
  let length = 0
  for await (const chunk of response.body ?? []) {
    length += (chunk as Uint8Array).length
    if (length > MAX_ANSWER) return
  }
}

/** Codes and names only: a message may have the URL in it. */
function reasonOf(error: unknown): string {
  try {
    const { cause, message } = error as { cause?: { code?: unknown }; message?: unknown }
    const code = cause?.code
    if (typeof code === 'string') return safeText(code, 64)
    if (typeof message === 'string' && message.startsWith('HTTP ')) return message
  } catch {
    // Then its name must do.
  }
  return errorName(error)
}
