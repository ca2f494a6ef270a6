import type { Clock } from '@leasehold/core'
import type { Alert } from '../alert.ts'
import type { SinkStats } from './sink-queue.ts'

/** Somewhere that alerts go. */
export interface AlertSink {
  /** Takes an alert and returns at once. What it throws, or rejects with, is counted and reported once. */
  send(alert: Alert): unknown
  /** The detector that sends to it has begun. */
  start?(clock: Clock): void
  /** That detector has been stopped: what fires still will be told no more. */
  stop?(): void
  /** Waits until all that was sent has arrived or been given up: before the process ends. */
  flush?(): Promise<void>
}

/** One that sends over HTTP, as {@link webhook} makes it. */
export interface SendingSink extends AlertSink {
  readonly stats: SinkStats
  start(clock: Clock): void
  stop(): void
  flush(): Promise<void>
}
