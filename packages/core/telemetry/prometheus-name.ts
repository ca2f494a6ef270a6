/**
 * The name that an OpenTelemetry metric has in Prometheus, by the rules that OTLP ingestion follows: the unit as a
 * word, unless that word is in the name already; `_ratio` for gauges of unit 1; `_total` at the end of counters.
 */
import type { Instrument } from './registry-model.ts'

const UNIT_WORDS: Readonly<Record<string, string>> = {
  d: 'days',
  h: 'hours',
  min: 'minutes',
  s: 'seconds',
  ms: 'milliseconds',
  us: 'microseconds',
  ns: 'nanoseconds',
  By: 'bytes',
  KiBy: 'kibibytes',
  MiBy: 'mebibytes',
  GiBy: 'gibibytes',
  KBy: 'kilobytes',
  MBy: 'megabytes',
  GBy: 'gigabytes',
  Hz: 'hertz',
  Cel: 'celsius',
  '%': 'percent',
}

const PER_WORDS: Readonly<Record<string, string>> = {
  s: 'second',
  m: 'minute',
  min: 'minute',
  h: 'hour',
  d: 'day',
}

/** The unit as Prometheus writes it: `seconds`, `bytes`, `bytes_per_second`; empty for `1` and for `{things}`. */
export function unitWords(unit: string): string {
  const [main = '', per] = unit.replace(/\{[^}]*\}/g, '').split('/')
  const words: string[] = []
  if (main !== '' && main !== '1') words.push(UNIT_WORDS[main] ?? main)
  if (per !== undefined && per !== '') words.push('per', PER_WORDS[per] ?? per)
  return words.join('_')
}

export function prometheusName(metric: { name: string; unit: string; instrument: Instrument }): string {
  let tokens = metric.name.split(/[^a-zA-Z0-9:]+/).filter(token => token !== '')
  const unit = unitWords(metric.unit)
  if (unit !== '' && !tokens.includes(unit)) tokens.push(unit)
  // Moved to the end, where they may already be: `x.total.count` is a bad name, not a reason for two totals.
  if (metric.instrument === 'gauge' && metric.unit === '1') tokens = [...without(tokens, 'ratio'), 'ratio']
  if (metric.instrument === 'counter') tokens = [...without(tokens, 'total'), 'total']
  const name = tokens.join('_')
  return /^[0-9]/.test(name) ? `_${name}` : name
}

/** The label that an attribute has in Prometheus. */
export function prometheusLabel(attribute: string): string {
  const label = attribute.replace(/[^a-zA-Z0-9_]/g, '_')
  return /^[0-9]/.test(label) ? `key_${label}` : label
}

/** The series that a metric is stored as. */
export function prometheusSeries(metric: { name: string; unit: string; instrument: Instrument }): string[] {
  const name = prometheusName(metric)
  return metric.instrument === 'histogram' ? [`${name}_bucket`, `${name}_sum`, `${name}_count`] : [name]
}

function without(tokens: readonly string[], word: string): string[] {
  return tokens.filter(token => token !== word)
}
