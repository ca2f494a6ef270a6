const whole = new Intl.NumberFormat('en-US', { maximumFractionDigits: 0 })
const compact = new Intl.NumberFormat('en-US', { notation: 'compact', maximumFractionDigits: 1 })
const BYTE_UNITS = ['B', 'KiB', 'MiB', 'GiB', 'TiB']

/** To the unit up to a million, beyond that in short. */
export function count(value: number): string {
  return Math.abs(value) < 1_000_000 ? whole.format(value) : compact.format(value)
}

export function rate(perSecond: number | null): string {
  if (perSecond === null) return '–'
  return perSecond > 0 && perSecond < 10 ? perSecond.toFixed(1) : count(perSecond)
}

/** Never rounded up to 100 %: one failure in a million is not none. */
export function percent(ratio: number | null, digits: number = 1): string {
  if (ratio === null) return '–'
  if (ratio === 1) return '100 %'
  const scale = 10 ** digits
  return `${(Math.floor(ratio * 100 * scale) / scale).toFixed(digits)} %`
}

export function bytes(value: number): string {
  let [scaled, unit] = [value, 0]
  while (scaled >= 1024 && unit < BYTE_UNITS.length - 1) [scaled, unit] = [scaled / 1024, unit + 1]
  return `${unit === 0 || scaled >= 100 ? whole.format(scaled) : scaled.toFixed(1)} ${BYTE_UNITS[unit] ?? ''}`
}

/** The two largest units. */
export function duration(seconds: number): string {
  if (seconds < 1) return `${Math.round(seconds * 1_000)} ms`
  if (seconds < 60) return `${seconds < 10 ? seconds.toFixed(1) : Math.floor(seconds)} s`
  const minutes = Math.floor(seconds / 60)
  if (minutes < 60) return `${minutes} min ${Math.floor(seconds % 60)} s`
  const hours = Math.floor(minutes / 60)
  if (hours < 24) return `${hours} h ${minutes % 60} min`
  return `${Math.floor(hours / 24)} d ${hours % 24} h`
}

export function plural(number: number, one: string, many: string = `${one}s`): string {
  return `${count(number)} ${number === 1 ? one : many}`
}
