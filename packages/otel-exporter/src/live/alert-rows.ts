import { byName } from './limited.ts'
import type { AlertRow } from './live-state.ts'
import { ATTRIBUTE, METRIC } from './metric-names.ts'
import type { Observations } from './observations.ts'

const SEVERITIES = ['info', 'warn', 'error']

/** The alerts that are firing: the worst first. */
export function alertRows(seen: Observations): AlertRow[] {
  return seen
    .identities(METRIC.alerts)
    .flatMap(of =>
      seen.points(METRIC.alerts, of).map(({ attributes, value }) => ({
        ...of,
        rule: String(attributes[ATTRIBUTE.rule]),
        severity: String(attributes[ATTRIBUTE.severity]),
        count: value,
      })),
    )
    .filter(({ count }) => count > 0)
    .sort((a, b) => weight(b) - weight(a) || byName(a, b))
}

function weight({ severity }: AlertRow): number {
  return SEVERITIES.indexOf(severity)
}
