import { ROOT_CONTEXT, trace, TraceFlags, type Context } from '@opentelemetry/api'
import { describeError, warnOnce } from '@leasehold/core'
import { SEVERITY_NUMBERS, type Alert } from '../alert.ts'
import * as names from './names.generated.ts'

/**
 * Where all copies of the OpenTelemetry logs API keep what is registered. Read instead of the API's package: that is not
 * part of `@opentelemetry/api` 1.9, and a program's copy of it need not be one that can be found from here.
 */
const LOGS: unique symbol = Symbol.for('io.opentelemetry.js.api.logs')
const COMPATIBLE_VERSION = 1

interface LoggerProvider {
  getLogger(name: string): { emit(record: object): void }
}
type LogsGlobal = { [LOGS]?: (version: number) => LoggerProvider | undefined }

/** The log record of an alert. @returns whether a logs SDK is registered */
export function logAlert(alert: Alert): boolean {
  try {
    const provider = (globalThis as LogsGlobal)[LOGS]?.(COMPATIBLE_VERSION)
    provider?.getLogger('@leasehold/leak-detector').emit(recordOf(alert))
    return provider !== undefined
  } catch (error) {
    warnOnce('logs', `the logs SDK threw: ${describeError(error)}`)
    return false
  }
}

function recordOf(alert: Alert): object {
  const { rule, severity, state, kind, name, count, stack, text, traces, runbook } = alert
  // What is over is no warning any more.
  const now = state === 'resolved' ? 'info' : severity
  return {
    eventName: names.EVENT_ALERT,
    severityNumber: SEVERITY_NUMBERS[now],
    severityText: now.toUpperCase(),
    body: text,
    attributes: {
      [names.ATTR_KIND]: kind,
      [names.ATTR_NAME]: name,
      [names.ATTR_ALERT_RULE]: rule,
      [names.ATTR_ALERT_SEVERITY]: severity,
      [names.ATTR_ALERT_STATE]: state,
      [names.ATTR_ALERT_COUNT]: count,
      [names.ATTR_ALERT_RUNBOOK]: runbook,
      ...(stack === undefined ? {} : { [names.ATTR_CODE_STACKTRACE]: stack }),
    },
    context: contextOf(traces[0]),
  }
}

function contextOf(acquirer: Alert['traces'][number] | undefined): Context {
  if (acquirer === undefined) return ROOT_CONTEXT
  return trace.setSpanContext(ROOT_CONTEXT, { ...acquirer, traceFlags: TraceFlags.SAMPLED })
}
