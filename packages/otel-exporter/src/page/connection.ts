import type { LiveState } from '../live/live-state.ts'

export type ConnectionState = 'connecting' | 'live' | 'late' | 'lost' | 'ended' | 'paused'

/** A state comes each second: after so long without one the program is busy, or stuck. */
const LATE_MILLIS = 4_000
const RETRY_MILLIS = 2_000

export interface ConnectionListener {
  state(state: LiveState): void
  connection(state: ConnectionState): void
}

/** The feed, opened again and again while it is wanted: a browser gives up where an answer is no feed. */
export class Connection {
  readonly #listener: ConnectionListener
  #source: EventSource | undefined
  #retry: number | undefined
  #lastAt: number = 0
  #shown: ConnectionState = 'connecting'

  constructor(listener: ConnectionListener) {
    this.#listener = listener
    setInterval(() => this.#look(), 1_000)
  }

  get isPaused(): boolean {
    return this.#shown === 'paused'
  }

  open(): void {
    this.#hangUp()
    if (this.#shown !== 'lost' && this.#shown !== 'ended') this.#is('connecting')
    const source = new EventSource('live/events')
    this.#source = source
    source.addEventListener('state', event => {
      this.#lastAt = Date.now()
      this.#is('live')
      this.#listener.state(JSON.parse(String(event.data)) as LiveState)
    })
    source.addEventListener('end', () => this.#lose('ended'))
    source.addEventListener('error', () => this.#lose(this.#shown === 'ended' ? 'ended' : 'lost'))
  }

  pause(): void {
    this.#hangUp()
    this.#is('paused')
  }

  #lose(state: 'lost' | 'ended'): void {
    this.#hangUp()
    this.#is(state)
    this.#retry = window.setTimeout(() => this.open(), RETRY_MILLIS)
  }

  #hangUp(): void {
    window.clearTimeout(this.#retry)
    this.#source?.close()
    this.#source = undefined
  }

  #look(): void {
    if (this.#shown === 'live' && Date.now() - this.#lastAt > LATE_MILLIS) this.#is('late')
  }

  #is(state: ConnectionState): void {
    if (state === this.#shown) return
    this.#shown = state
    this.#listener.connection(state)
  }
}
