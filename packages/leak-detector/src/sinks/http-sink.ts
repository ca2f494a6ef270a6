import type { Clock } from '@leasehold/core'
import type { Alert } from '../alert.ts'
import type { SendingSink } from './alert-sink.ts'
import { checkSinkOptions, endpointOf, type Endpoint, type HttpSinkOptions } from './sink-options.ts'
import { SinkQueue, type SinkStats } from './sink-queue.ts'

/** A sink that sends each alert as JSON to a URL. Made by {@link webhook}, {@link slack} and {@link alertmanager}. */
export class HttpSink implements SendingSink {
  readonly #queue: SinkQueue
  readonly #bodyOf: (alert: Alert) => unknown

  /** @throws ConfigError for an option that is unknown or wrong */
  constructor(
    what: string,
    options: HttpSinkOptions,
    make: { endpoint?: (endpoint: Endpoint) => Endpoint; bodyOf: (alert: Alert) => unknown },
  ) {
    checkSinkOptions(what, options)
    const endpoint = endpointOf(what, options)
    this.#queue = new SinkQueue(what, make.endpoint?.(endpoint) ?? endpoint, {
      timeoutMillis: options.timeoutMillis ?? 5_000,
      attempts: options.attempts ?? 5,
      queueLimit: options.queueLimit ?? 1_000,
    })
    this.#bodyOf = make.bodyOf
  }

  get stats(): SinkStats {
    return this.#queue.stats
  }

  start(clock: Clock): void {
    this.#queue.use(clock)
  }

  send(alert: Alert): void {
    this.#queue.add(() => this.#bodyOf(alert))
  }

  flush(): Promise<void> {
    return this.#queue.flush()
  }
}
