import { channel, type Channel } from 'node:diagnostics_channel'
import { describeError, isThenable, warnOnce, type Clock, type EventListeners } from '@leasehold/core'
import { SEVERITY_NUMBERS, type Alert } from './alert.ts'
import type { DetectorEvents, DetectorEventType } from './leak-events.ts'
import type { AlertSink } from './sinks/alert-sink.ts'
import { logAlert } from './telemetry/alert-log.ts'
import { recordAlert } from './telemetry/alert-span.ts'

const ALERT: Channel = channel('leasehold.alert')

/** What subscribers of `leasehold.alert` get: the alert, and what a log record needs beside it. */
export interface AlertMessage {
  readonly eventName: 'leasehold.alert'
  /** 9, 13 or 17, as OpenTelemetry numbers info, warn and error. */
  readonly severityNumber: number
  readonly alert: Alert
}

/** Tells of alerts wherever somebody may hear; where nobody does, as a process warning. */
export class AlertVoice {
  readonly #listeners: EventListeners<DetectorEventType, DetectorEvents>
  readonly #sinks: readonly AlertSink[]

  constructor(
    listeners: EventListeners<DetectorEventType, DetectorEvents>,
    sinks: readonly AlertSink[],
    clock: Clock,
  ) {
    this.#listeners = listeners
    this.#sinks = sinks
    for (const sink of sinks) guarded(() => sink.start?.(clock))
  }

  tell(alert: Alert): void {
    if (alert.state === 'firing') recordAlert(alert)
    const isLogged = logAlert(alert)
    const { alert: listeners } = this.#listeners.lists
    const isHeard = isLogged || listeners.length > 0 || this.#sinks.length > 0 || ALERT.hasSubscribers
    this.#listeners.emit('alert', { type: 'alert', alert })
    const severityNumber = SEVERITY_NUMBERS[alert.severity]
    const message: AlertMessage = { eventName: 'leasehold.alert', severityNumber, alert }
    ALERT.publish(message)
    for (const sink of this.#sinks) guarded(() => sink.send(alert))
    if (!isHeard && alert.state === 'firing') {
      process.emitWarning(alert.text, { type: 'LeaseholdLeak', code: alert.rule, detail: detailOf(alert) })
    }
  }

  /** Nothing more will be told. */
  stop(): void {
    for (const sink of this.#sinks) guarded(() => sink.stop?.())
  }

  /** Settles when all sinks have sent what they had to send, or given up. */
  async flush(): Promise<void> {
    await Promise.all(
      this.#sinks.map(async sink => {
        try {
          await sink.flush?.()
        } catch (error) {
          report(error)
        }
      }),
    )
  }
}

function detailOf({ stack, runbook }: Alert): string {
  return stack === undefined ? runbook : `${stack.replace(/^/gm, '    ')}\n${runbook}`
}

function guarded(fn: () => unknown): void {
  try {
    const result = fn()
    if (isThenable(result)) new Promise(resolve => resolve(result)).catch(report)
  } catch (error) {
    report(error)
  }
}

function report(error: unknown): void {
  warnOnce('alert-sink', `a sink of the leak detector threw: ${describeError(error)}`)
}
