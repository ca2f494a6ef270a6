/**
 * The naming rules of OpenTelemetry's semantic conventions, as far as a program can check them. Each returns what
 * is wrong, in words, or nothing.
 */
import type { Instrument } from './registry-model.ts'
import { unitWords } from './prometheus-name.ts'

const UNIT_TOKENS: ReadonlySet<string> = new Set(
  (
    'ns nanos nanoseconds us micros microseconds ms millis milliseconds s sec secs second seconds minutes hours days ' +
    'byte bytes kb kib mb mib gb gib kilobytes megabytes percent'
  ).split(' '),
)

/** Lower case, dots between namespaces, underscores between words. */
export function namespacedName(name: string): string | undefined {
  if (/^[a-z][a-z0-9]*(?:_[a-z0-9]+)*(?:\.[a-z][a-z0-9]*(?:_[a-z0-9]+)*)+$/.test(name)) return undefined
  return `name ${quoted(name)} must be lower-case words joined by "_" and, between namespaces, by "."`
}

/** What is ours starts with `leasehold.`. */
export function ownPrefix(name: string): string | undefined {
  return name.startsWith('leasehold.') ? undefined : `name ${quoted(name)} must start with "leasehold."`
}

export function metricName(metric: { name: string; instrument: Instrument; unit: string }): string[] {
  const tokens = metric.name.split(/[._]/)
  const last = tokens.at(-1) ?? ''
  const problems: string[] = []
  if (tokens.includes('total'))
    problems.push(`name ${quoted(metric.name)} must not contain "total": exporters add it`)
  const unit = tokens.find(token => UNIT_TOKENS.has(token) || token === unitWords(metric.unit))
  if (unit !== undefined) {
    problems.push(`name ${quoted(metric.name)} must not contain the unit "${unit}": exporters add it`)
  }
  const countsThings = metric.unit.startsWith('{')
  if (metric.instrument === 'counter' && countsThings && !isPlural(last)) {
    problems.push(`name ${quoted(metric.name)} counts things, so its last word must be plural`)
  }
  // OpenTelemetry's own name for it, of db.client.connection, is plural.
  const isConvention = metric.name.endsWith('.pending_requests')
  if (metric.instrument === 'updowncounter' && isPlural(last) && !isConvention) {
    problems.push(
      `name ${quoted(metric.name)} is of an updowncounter, so its last word must not be plural: say ".count" or the like`,
    )
  }
  if (metric.instrument === 'histogram' && metric.unit === 's' && last !== 'duration') {
    problems.push(`name ${quoted(metric.name)} is a histogram of seconds, so it must end in ".duration"`)
  }
  return problems
}

/** A thing counted is singular, `{lease}`; anything else is a unit of UCUM's that we know how to translate. */
export function metricUnit(unit: string): string | undefined {
  const thing = /^\{([a-z][a-z_]*)\}$/.exec(unit)?.[1]
  if (thing !== undefined) {
    return isPlural(thing)
      ? `unit ${quoted(unit)} must be singular: "{${thing.replace(/s$/, '')}}"`
      : undefined
  }
  if (unit === '1' || unit === 's' || unit === 'By') return undefined
  return `unit ${quoted(unit)} must be "s", "By", "1" or a thing in braces such as "{lease}"`
}

function isPlural(word: string): boolean {
  return /[^sui]s$/.test(word)
}

function quoted(text: string): string {
  return JSON.stringify(text)
}
