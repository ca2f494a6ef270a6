import { processClock, type Clock, type TimerHandle } from '@leasehold/core'
import type { Alert } from '../alert.ts'
import { unrefTimer } from '../detector-ticks.ts'
import type { SendingSink } from './alert-sink.ts'
import { checkSinkOptions, endpointOf, type Endpoint, type HttpSinkOptions } from './sink-options.ts'
import { SinkQueue, type SinkStats } from './sink-queue.ts'

/** What is sent again and again, as long as there is something. */
export interface Repetition {
  readonly everyMillis: number
  /** undefined: nothing any more. */
  bodyOf(): unknown
}

/** A sink that sends each alert as JSON to a URL. Made by {@link webhook}, {@link slack} and {@link alertmanager}. */
export class HttpSink implements SendingSink {
  readonly #queue: SinkQueue
  readonly #bodyOf: (alert: Alert) => unknown
  readonly #repetition: Repetition | undefined
  #clock: Clock = processClock
  #timer: TimerHandle | undefined

  /** @throws ConfigError for an option that is unknown or wrong */
  constructor(
    what: string,
    options: HttpSinkOptions,
    make: {
      endpoint?: (endpoint: Endpoint) => Endpoint
      bodyOf: (alert: Alert) => unknown
      repetition?: Repetition
    },
  ) {
    checkSinkOptions(what, options)
    const endpoint = endpointOf(what, options)
    this.#queue = new SinkQueue(what, make.endpoint?.(endpoint) ?? endpoint, {
      timeoutMillis: options.timeoutMillis ?? 5_000,
      attempts: options.attempts ?? 5,
      queueLimit: options.queueLimit ?? 1_000,
    })
    this.#bodyOf = make.bodyOf
    this.#repetition = make.repetition
  }

  get stats(): SinkStats {
    return this.#queue.stats
  }

  start(clock: Clock): void {
    this.#clock = clock
    this.#queue.use(clock)
  }

  stop(): void {
    this.#clock.clearTimeout(this.#timer)
    this.#timer = undefined
  }

  send(alert: Alert): void {
    this.#queue.add(() => this.#bodyOf(alert))
    if (this.#timer === undefined) this.#repeatLater()
  }

  #repeatLater(): void {
    const repetition = this.#repetition
    if (repetition === undefined) return
    this.#timer = unrefTimer(this.#clock, repetition.everyMillis, () => {
      this.#timer = undefined
      // What is new goes first; and where nothing arrives, it need not be said twice.
      if (this.#queue.isIdle) {
        if (repetition.bodyOf() === undefined) return
        this.#queue.add(() => repetition.bodyOf() ?? [])
      }
      this.#repeatLater()
    })
  }

  flush(): Promise<void> {
    return this.#queue.flush()
  }
}
