// Generated from packages/core/telemetry/registry by `npx tsx packages/core/telemetry/generate.ts`.
// Do not edit: change the registry and run that again.

/** One metric, as the registry has it. */
export interface MetricDefinition {
  readonly name: string
  readonly instrument: 'counter' | 'updowncounter' | 'gauge' | 'histogram'
  readonly unit: string
  readonly description: string
  /** The attributes that its points may have. */
  readonly attributes: readonly string[]
}

export interface HistogramDefinition extends MetricDefinition {
  readonly instrument: 'histogram'
  /** Upper bounds, inclusive. */
  readonly boundaries: readonly number[]
}

/** One span, as the registry has it. */
interface SpanDefinition {
  readonly name: string
  readonly kind: 'internal' | 'client' | 'server' | 'producer' | 'consumer'
  readonly attributes: readonly string[]
}

/** A stack trace, as the language writes it. */
export const ATTR_CODE_STACKTRACE = 'code.stacktrace'

/** What is held. */
export const ATTR_KIND = 'leasehold.kind'

/** Whose it is. */
export const ATTR_NAME = 'leasehold.name'

/** How it was found. */
export const ATTR_LEAK_REASON = 'leasehold.leak.reason'

export type LeakReasonValue = 'overdue' | 'outlived' | 'abandoned' | 'growth'

export const LEAK_REASON_VALUES: readonly LeakReasonValue[] = ['overdue', 'outlived', 'abandoned', 'growth']

/** What was found. */
export const ATTR_ALERT_RULE = 'leasehold.alert.rule'

export type AlertRuleValue = 'held-too-long' | 'outlived' | 'abandoned' | 'cleanup-success' | 'consecutive-failures' | 'growth' | 'quarantine' | 'memory-pressure'

export const ALERT_RULE_VALUES: readonly AlertRuleValue[] = ['held-too-long', 'outlived', 'abandoned', 'cleanup-success', 'consecutive-failures', 'growth', 'quarantine', 'memory-pressure']

/** How bad it is. */
export const ATTR_ALERT_SEVERITY = 'leasehold.alert.severity'

export type AlertSeverityValue = 'info' | 'warn' | 'error'

export const ALERT_SEVERITY_VALUES: readonly AlertSeverityValue[] = ['info', 'warn', 'error']

/** Whether it has begun or is over. */
export const ATTR_ALERT_STATE = 'leasehold.alert.state'

export type AlertStateValue = 'firing' | 'resolved'

export const ALERT_STATE_VALUES: readonly AlertStateValue[] = ['firing', 'resolved']

/** What it means and what to do. */
export const ATTR_ALERT_RUNBOOK = 'leasehold.alert.runbook'

/** How many leases, or failed cleanups, it is about. */
export const ATTR_ALERT_COUNT = 'leasehold.alert.count'

/** Over how long. */
export const ATTR_CLEANUP_WINDOW = 'leasehold.cleanup.window'

export type CleanupWindowValue = '5m' | '60m'

export const CLEANUP_WINDOW_VALUES: readonly CleanupWindowValue[] = ['5m', '60m']

/** Leaks found, by how. */
export const METRIC_LEAKS: MetricDefinition = {
  name: 'leasehold.leaks',
  instrument: 'counter',
  unit: '{leak}',
  description: 'Leaks found, by how.',
  attributes: [ATTR_KIND, ATTR_NAME, ATTR_LEAK_REASON],
}

/** Alerts that are firing. */
export const METRIC_ALERT_ACTIVE: MetricDefinition = {
  name: 'leasehold.alert.active',
  instrument: 'updowncounter',
  unit: '{alert}',
  description: 'Alerts that are firing.',
  attributes: [ATTR_KIND, ATTR_NAME, ATTR_ALERT_RULE, ATTR_ALERT_SEVERITY],
}

/** Share of the cleanups that succeeded. */
export const METRIC_CLEANUP_SUCCESS_RATIO: MetricDefinition = {
  name: 'leasehold.cleanup.success.ratio',
  instrument: 'gauge',
  unit: '1',
  description: 'Share of the cleanups that succeeded.',
  attributes: [ATTR_KIND, ATTR_NAME, ATTR_CLEANUP_WINDOW],
}

/** All of the above metrics. */
export const METRICS: readonly MetricDefinition[] = [
  METRIC_LEAKS,
  METRIC_ALERT_ACTIVE,
  METRIC_CLEANUP_SUCCESS_RATIO,
]

/** An alert, at the moment that somebody is told. */
export const SPAN_LEAK_DETECTED = 'leak.detected'

/** All of the above spans. */
export const SPANS: readonly SpanDefinition[] = [
  {
    name: SPAN_LEAK_DETECTED,
    kind: 'internal',
    attributes: [ATTR_KIND, ATTR_NAME, ATTR_ALERT_RULE, ATTR_ALERT_SEVERITY, ATTR_ALERT_COUNT],
  },
]

/** An alert, at the moment that somebody is told. */
export const EVENT_ALERT = 'leasehold.alert'

export const EVENT_ALERT_ATTRIBUTES: readonly string[] = [ATTR_KIND, ATTR_NAME, ATTR_ALERT_RULE, ATTR_ALERT_SEVERITY, ATTR_ALERT_STATE, ATTR_ALERT_COUNT, ATTR_ALERT_RUNBOOK, ATTR_CODE_STACKTRACE]
