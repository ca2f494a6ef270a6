/** What all panels select by; the rules' own expressions have no variables. */
const SELECTED = 'job=~"$job", instance=~"$instance"'

/** A metric of what the dashboard has selected, with more matchers where given. */
export function series(metric: string, matchers: string = ''): string {
  return `${metric}{${matchers === '' ? SELECTED : `${SELECTED}, ${matchers}`}}`
}

export function rate(metric: string, matchers: string = ''): string {
  return `rate(${series(metric, matchers)}[$__rate_interval])`
}

/** How much a counter rose over what the dashboard shows. */
export function risen(metric: string, matchers: string = ''): string {
  return `increase(${series(metric, matchers)}[$__range])`
}

export function sumBy(labels: string, expr: string): string {
  return labels === '' ? `sum(${expr})` : `sum by (${labels}) (${expr})`
}

/** A quantile of a histogram, over all processes together. */
export function quantile(q: number, histogram: string, labels: string, matchers: string = ''): string {
  return `histogram_quantile(${q}, ${sumBy(`le, ${labels}`, rate(`${histogram}_bucket`, matchers))})`
}

/** The outcomes of a cleanup that count against its success. */
export const FAILED = 'leasehold_cleanup_outcome=~"failure|timeout|abandoned"'
