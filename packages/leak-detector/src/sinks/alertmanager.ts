import { hostname } from 'node:os'
import { ConfigError } from '@leasehold/core'
import type { Alert } from '../alert.ts'
import type { SendingSink } from './alert-sink.ts'
import { HttpSink } from './http-sink.ts'
import type { HttpSinkOptions } from './sink-options.ts'

/** Prometheus' Alertmanager takes an alert for over when it has heard nothing of it so long: as after the process's end. */
const LASTS_MILLIS = 5 * 60_000
/** So it is told again and again of what fires, as Prometheus does. */
const REPEAT_MILLIS = 60_000
/** What Prometheus takes as a label's name. */
const LABEL = /^[a-zA-Z_][a-zA-Z0-9_]*$/
/** How many alerts' labels are kept, to end them by. */
const MAX_KEPT = 1_000

/** Labels beside ours: those that tell this service and instance from others. */
export interface AlertmanagerOptions extends HttpSinkOptions {
  /** Default `{ instance: <host name>:<process id> }`. */
  labels?: Readonly<Record<string, string>> | undefined
}

interface PostedAlert {
  readonly labels: Readonly<Record<string, string>>
  readonly annotations: Readonly<Record<string, string>>
  readonly startsAt: string
  readonly endsAt: string
  readonly generatorURL: string
}

/**
 * Posts alerts to an Alertmanager's v2 API. `url` is its root; `/api/v2/alerts` is appended. Labels: `alertname`
 * (`LeaseholdHeldTooLong`, …), `severity` (`info`, `warning`, `critical`), `kind`, `name`, `site` where there are several,
 * and `labels`.
 *
 * @throws ConfigError for an option that is unknown or wrong
 */
export function alertmanager(options: AlertmanagerOptions): SendingSink {
  const { labels, ...http } = options ?? {}
  if (labels !== undefined && !areLabels(labels)) {
    throw new ConfigError(
      'alertmanager',
      'labels',
      'an object of strings, by names of letters, digits and _',
      labels,
    )
  }
  const own = labels ?? { instance: `${hostname()}:${process.pid}` }
  const posted = new PostedAlerts(own)
  return new HttpSink('alertmanager', http, {
    endpoint: endpoint => ({ ...endpoint, url: withPath(endpoint.url) }),
    bodyOf: alert => posted.bodyOf(alert),
    repetition: { everyMillis: REPEAT_MILLIS, bodyOf: () => posted.firing() },
  })
}

function areLabels(labels: object | null): boolean {
  return (
    typeof labels === 'object' &&
    labels !== null &&
    Object.entries(labels).every(([name, value]) => LABEL.test(name) && typeof value === 'string')
  )
}

function withPath(root: string): string {
  const url = new URL(root)
  url.pathname = `${url.pathname.replace(/\/+$/, '')}/api/v2/alerts`
  return url.href
}

/** An alert is known by its labels: with another severity it is another one, and the one before is to be ended. */
class PostedAlerts {
  readonly #labels: Readonly<Record<string, string>>
  readonly #firing: Map<string, PostedAlert> = new Map()

  constructor(labels: Readonly<Record<string, string>>) {
    this.#labels = labels
  }

  bodyOf(alert: Alert): PostedAlert[] {
    const { fingerprint, state } = alert
    const before = this.#firing.get(fingerprint)
    const posted = this.#posted(alert)
    this.#firing.delete(fingerprint)
    if (state === 'firing') {
      this.#firing.set(fingerprint, posted)
      if (this.#firing.size > MAX_KEPT) this.#firing.delete(this.#firing.keys().next().value!)
    }
    const isAnother = before !== undefined && before.labels['severity'] !== posted.labels['severity']
    return isAnother ? [{ ...before, endsAt: new Date().toISOString() }, posted] : [posted]
  }

  /** All that fires, to last on. */
  firing(): PostedAlert[] | undefined {
    if (this.#firing.size === 0) return undefined
    const endsAt = endsAtOf('firing')
    return [...this.#firing.values()].map(alert => ({ ...alert, endsAt }))
  }

  #posted(alert: Alert): PostedAlert {
    const { rule, kind, name, severity, fingerprint, state, text, stack, traces, runbook, since } = alert
    const site = fingerprint.slice(`${rule}|${kind}|${name}|`.length)
    return {
      labels: {
        ...this.#labels,
        alertname: alertName(rule),
        severity: severity === 'error' ? 'critical' : severity === 'warn' ? 'warning' : 'info',
        kind,
        name,
        ...(site === '' ? {} : { site }),
      },
      annotations: {
        summary: text.split('\n', 1)[0]!,
        ...(stack === undefined ? {} : { stack }),
        ...(traces.length === 0 ? {} : { traces: traces.map(({ traceId }) => traceId).join(' ') }),
        runbook_url: runbook,
      },
      startsAt: since.toISOString(),
      endsAt: endsAtOf(state),
      generatorURL: runbook,
    }
  }
}

function endsAtOf(state: Alert['state']): string {
  return new Date(Date.now() + (state === 'firing' ? LASTS_MILLIS : 0)).toISOString()
}

/** `LeaseholdHeldTooLong`. */
function alertName(rule: string): string {
  const words = rule.split('-').map(word => word.slice(0, 1).toUpperCase() + word.slice(1))
  return `Leasehold${words.join('')}`
}
