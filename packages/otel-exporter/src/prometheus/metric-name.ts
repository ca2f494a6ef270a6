/**
 * The names that metrics have in Prometheus, by the rules that OTLP ingestion follows (OpenTelemetry's "Prometheus and
 * OpenMetrics Compatibility", as `prometheus/otlptranslator` implements it). The SDK's own Prometheus exporter adds no
 * unit, so without these the same metric would have one name when scraped and another when pushed.
 */

const UNITS: Readonly<Record<string, string>> = {
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
  TiBy: 'tibibytes',
  KBy: 'kilobytes',
  MBy: 'megabytes',
  GBy: 'gigabytes',
  TBy: 'terabytes',
  m: 'meters',
  V: 'volts',
  A: 'amperes',
  J: 'joules',
  W: 'watts',
  g: 'grams',
  Cel: 'celsius',
  Hz: 'hertz',
  1: '',
  '%': 'percent',
}

const PER_UNITS: Readonly<Record<string, string>> = {
  s: 'second',
  m: 'minute',
  h: 'hour',
  d: 'day',
  w: 'week',
  mo: 'month',
  y: 'year',
}

export type PrometheusType = 'counter' | 'gauge' | 'updown' | 'histogram'

export interface NamedMetric {
  readonly name: string
  /** UCUM, as OpenTelemetry has it: `s`, `By`, `By/s`, `{lease}`, `1`. */
  readonly unit: string
  /** `updown` is a sum that may fall: a gauge in Prometheus, but never a ratio. */
  readonly type: PrometheusType
}

export function prometheusName({ name, unit, type }: NamedMetric): string {
  let tokens = name.split(/[^a-zA-Z0-9:]+/).filter(token => token !== '')
  const [main, per] = unitWords(unit)
  if (main !== '' && !tokens.includes(main)) tokens.push(main)
  if (per !== '' && !tokens.includes(per)) tokens.push('per', per)
  if (type === 'counter') tokens = atEnd(tokens, 'total')
  if (type === 'gauge' && unit === '1') tokens = atEnd(tokens, 'ratio')
  const joined = tokens.join('_')
  return /^[0-9]/.test(joined) ? `_${joined}` : joined
}

/** The unit in words, for Prometheus' metadata: `seconds`, `bytes per second`'s `bytes_per_second`, or nothing. */
export function prometheusUnit(unit: string): string {
  const [main, per] = unitWords(unit)
  return [main, per === '' ? '' : `per_${per}`].filter(word => word !== '').join('_')
}

/** The label that an attribute becomes. */
export function prometheusLabel(attribute: string): string {
  const label = attribute.replace(/[^a-zA-Z0-9_]/g, '_').replace(/_{2,}/g, '_')
  return /^[0-9]/.test(label) ? `key_${label}` : label
}

function unitWords(unit: string): [main: string, per: string] {
  const slash = unit.indexOf('/')
  const main = (slash < 0 ? unit : unit.slice(0, slash)).trim()
  const per = slash < 0 ? '' : unit.slice(slash + 1).trim()
  return [word(main, UNITS), word(per, PER_UNITS)]
}

function word(unit: string, words: Readonly<Record<string, string>>): string {
  if (/[{}]/.test(unit)) return ''
  const known = Object.hasOwn(words, unit) ? (words[unit] as string) : unit
  return known.replace(/[^a-zA-Z0-9]+/g, '_').replace(/^_|_$/g, '')
}

function atEnd(tokens: readonly string[], last: string): string[] {
  return [...tokens.filter(token => token !== last), last]
}
