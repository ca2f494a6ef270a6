import { inspect } from 'node:util'
import { spoken, subject, type Alert } from './alert.ts'
import type { LeakReport, ReportedGroup, ReportedSite, SuccessRate } from './report.ts'

const FRAMES = 5
const SITES = 5

type Paint = (style: 'bold' | 'red' | 'yellow' | 'cyan' | 'dim', text: string) => string

/** A report to read: what is wrong first, then who holds what. */
export function renderReport(report: LeakReport, color: boolean): string {
  const paint: Paint = (style, text) => (color ? painted(style, text) : text)
  const { activeAlerts, groups, live, since, suppressedAlerts, kernel } = report
  const taken = since === undefined ? '' : ` taken since ${since.toISOString()}`
  const lines = [paint('bold', `Leases: ${live} live${taken}; cleanups: ${rates(report)}`)]
  if (activeAlerts.length > 0) lines.push('', paint('bold', `Alerts: ${activeAlerts.length}`))
  for (const alert of activeAlerts) lines.push(...alertLines(alert, paint))
  if (suppressedAlerts > 0)
    lines.push(paint('dim', `${suppressedAlerts} alerts were held back, as there were too many`))
  for (const group of groups) lines.push('', ...groupLines(group, paint))
  if (kernel !== undefined) lines.push('', ...kernelLines(kernel, live))
  return lines.join('\n') + '\n'
}

function alertLines({ severity, text, runbook }: Alert, paint: Paint): string[] {
  const style = severity === 'error' ? 'red' : severity === 'warn' ? 'yellow' : 'cyan'
  return [`  ${paint(style, severity.toUpperCase().padEnd(5))} ${text}`, paint('dim', `        ${runbook}`)]
}

function groupLines(group: ReportedGroup, paint: Paint): string[] {
  const { kind, name, live, overdue, quarantined, oldestMillis, sites } = group
  const facts = [`${live} live`]
  if (live > 0) facts.push(`the oldest for ${spoken(oldestMillis)}`)
  if (overdue > 0) facts.push(paint('yellow', `${overdue} held too long`))
  if (quarantined > 0) facts.push(paint('red', `${quarantined} quarantined`))
  facts.push(`cleanups: ${rates(group)}`)
  const lines = [`${paint('bold', subject(kind, name))}: ${facts.join(', ')}`]
  for (const site of sites.slice(0, SITES)) lines.push(...siteLines(site, paint))
  if (sites.length > SITES) lines.push(paint('dim', `  and ${sites.length - SITES} more places`))
  return lines
}

function siteLines({ stack, count, oldestMillis, traces }: ReportedSite, paint: Paint): string[] {
  const lines = [`  ${count} from ${stack === undefined ? 'where no stack was sampled' : ''}`.trimEnd()]
  const frames = stack?.split('\n') ?? []
  if (frames[0] !== undefined) lines[0] += ` ${frames[0].replace(/^at /, '')}`
  lines[0] += `, the oldest for ${spoken(oldestMillis)}`
  for (const frame of frames.slice(1, FRAMES)) lines.push(paint('dim', `      ${frame}`))
  if (traces.length > 0)
    lines.push(paint('dim', `      traces: ${traces.map(({ traceId }) => traceId).join(', ')}`))
  return lines
}

function rates({
  last5Minutes,
  last60Minutes,
}: {
  last5Minutes: SuccessRate
  last60Minutes: SuccessRate
}): string {
  if (last60Minutes.succeeded + last60Minutes.failed === 0) return 'none in 60 min'
  return `${share(last5Minutes)} of 5 min and ${share(last60Minutes)} of 60 min succeeded`
}

function share({ succeeded, failed, rate }: SuccessRate): string {
  return succeeded + failed === 0 ? '- (0)' : `${Math.floor(rate * 10_000) / 100} % (${succeeded + failed})`
}

function kernelLines({ now, atStart }: NonNullable<LeakReport['kernel']>, live: number): string[] {
  const signed = (n: number): string => (n < 0 ? `${n}` : `+${n}`)
  const mib = (bytes: number): number => Math.round(bytes / 2 ** 20)
  return [
    `Kernel: ${now.fds} open files (${signed(now.fds - atStart.fds)} since the start), ` +
      `${now.mappings} mappings (${signed(now.mappings - atStart.mappings)}), ` +
      `${mib(now.residentBytes)} MiB resident (${signed(mib(now.residentBytes) - mib(atStart.residentBytes))}); ` +
      `registry: ${live} live leases. What grows here and not there is held outside of leases.`,
  ]
}

function painted(style: 'bold' | 'red' | 'yellow' | 'cyan' | 'dim', text: string): string {
  const [on, off] = inspect.colors[style] as [number, number]
  return `\u001b[${on}m${text}\u001b[${off}m`
}
