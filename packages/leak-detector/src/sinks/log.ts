import { ConfigError } from '@leasehold/core'
import { SEVERITY_NUMBERS, type Alert } from '../alert.ts'
import { printLine } from '../standard-error.ts'
import type { AlertSink } from './alert-sink.ts'

/** What pino's loggers, and others after them, have. */
export interface AlertLogger {
  info(fields: object, message: string): void
  warn(fields: object, message: string): void
  error(fields: object, message: string): void
}

/**
 * Writes each alert to a logger: its text as the message, and the fields of an OpenTelemetry log record beside the alert.
 *
 * @param logger default: the console, as one line to the standard error
 * @throws ConfigError for a logger without info, warn and error
 */
export function log(logger?: AlertLogger): AlertSink {
  if (logger !== undefined && !isLogger(logger)) {
    throw new ConfigError('log', 'logger', 'a logger with info(), warn() and error()', logger)
  }
  return {
    send(alert) {
      if (logger === undefined) printLine(lineOf(alert))
      // What is over is no warning any more.
      else logger[alert.state === 'resolved' ? 'info' : alert.severity](fieldsOf(alert), alert.text)
    },
  }
}

function isLogger(logger: Partial<AlertLogger> | null): boolean {
  return (
    typeof logger?.info === 'function' &&
    typeof logger.warn === 'function' &&
    typeof logger.error === 'function'
  )
}

function fieldsOf(alert: Alert): object {
  const { severity, state } = alert
  return {
    eventName: 'leasehold.alert',
    severityNumber: SEVERITY_NUMBERS[state === 'resolved' ? 'info' : severity],
    alert,
  }
}

function lineOf({ state, severity, text, runbook }: Alert): string {
  const head = state === 'resolved' ? 'RESOLVED' : severity.toUpperCase()
  return `leasehold ${head} ${text} (${runbook})`
}
