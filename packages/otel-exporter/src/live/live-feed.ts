import type { ServerResponse } from 'node:http'
import type { Clock, TimerHandle } from '@leasehold/core'
import { describe } from '../failure-text.ts'
import type { ProblemLog } from '../problem-log.ts'

export interface LiveFeedOptions {
  /** What is to be shown now, as JSON. */
  readonly state: () => Promise<string>
  readonly clock: Clock
  readonly problems: ProblemLog
}

export const MAX_WATCHERS = 8

const INTERVAL_MILLIS = 1_000
/** How long a watcher may leave unread what it was sent. Until then it is sent nothing more. */
const UNREAD_MILLIS = 10_000

interface Watcher {
  readonly response: ServerResponse
  /** Since when it has not read; undefined while it does. */
  unreadSince: number | undefined
}

/**
 * Sends the state to all who watch, once a second, as server-sent events. There is one timer, armed only while somebody
 * watches and when the last collection has ended; it does not keep the program alive. Of a watcher no more than one event
 * is ever held beyond what the system takes.
 */
export class LiveFeed {
  readonly #options: LiveFeedOptions
  readonly #watchers: Map<ServerResponse, Watcher> = new Map()
  #last: { readonly event: string; readonly atMillis: number } | undefined
  #timer: TimerHandle | undefined
  #isCollecting: boolean = false
  #isClosed: boolean = false

  constructor(options: LiveFeedOptions) {
    this.#options = options
  }

  get watchers(): number {
    return this.#watchers.size
  }

  /** Whether no more can watch: there are too many, or it is closed. */
  get isFull(): boolean {
    return this.#isClosed || this.#watchers.size >= MAX_WATCHERS
  }

  /** From now on until either side closes. The head must have been written. */
  watch(response: ServerResponse): void {
    this.#watchers.set(response, { response, unreadSince: undefined })
    response.on('error', () => {})
    response.once('close', () => {
      this.#watchers.delete(response)
      if (this.#watchers.size === 0) this.#disarm()
    })
    // Who comes and goes makes no more collections than who stays.
    const last = this.#last
    if (last === undefined || this.#options.clock.now() - last.atMillis >= INTERVAL_MILLIS) {
      this.#disarm()
      void this.#tick()
    } else {
      response.write(last.event)
      this.#arm()
    }
  }

  /** Says goodbye and hangs up, also on those that do not read. */
  close(): void {
    this.#isClosed = true
    this.#disarm()
    for (const { response } of this.#watchers.values()) {
      const { socket } = response
      response.end('event: end\ndata: {}\n\n')
      if (socket?.writableLength === 0) socket.destroySoon()
      else socket?.destroy()
    }
    this.#watchers.clear()
  }

  async #tick(): Promise<void> {
    if (this.#isCollecting) return
    this.#isCollecting = true
    try {
      const state = await this.#options.state()
      const event = `event: state\ndata: ${state}\n\n`
      this.#last = { event, atMillis: this.#options.clock.now() }
      this.#send(event)
    } catch (error) {
      this.#options.problems.report('live: failed', `live page: nothing to show: ${describe(error)}`)
    }
    this.#isCollecting = false
    this.#arm()
  }

  #send(event: string): void {
    const now = this.#options.clock.now()
    for (const watcher of this.#watchers.values()) {
      if (!watcher.response.writableNeedDrain) {
        watcher.unreadSince = undefined
        watcher.response.write(event)
      } else {
        watcher.unreadSince ??= now
        if (now - watcher.unreadSince >= UNREAD_MILLIS) watcher.response.destroy()
      }
    }
  }

  #arm(): void {
    if (this.#watchers.size === 0 || this.#timer !== undefined || this.#isCollecting) return
    this.#timer = this.#options.clock.setTimeout(() => {
      this.#timer = undefined
      void this.#tick()
    }, INTERVAL_MILLIS)
    const { unref } = Object(this.#timer) as { unref?: unknown }
    if (typeof unref === 'function') unref.call(this.#timer)
  }

  #disarm(): void {
    if (this.#timer === undefined) return
    this.#options.clock.clearTimeout(this.#timer)
    this.#timer = undefined
  }
}
