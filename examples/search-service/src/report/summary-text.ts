import { relative } from 'node:path'
import type { LatencySummary } from '../load/latency.ts'
import type { Leak } from './leak-report.ts'
import { count, duration, megabytes, percent, plural, table } from './numbers.ts'
import type { AlertFigures, Closing, SkipReason, Summary, TelemetryFigures } from './summary.ts'

const STACK_FRAMES = 4
/** Of one, and of several where that differs. */
const SKIPPED: Readonly<Record<SkipReason, string | readonly [one: string, several: string]>> = {
  overBudget: 'beyond --megabytes',
  notReached: ['folder beyond the first 100,000 texts', 'folders beyond the first 100,000 texts'],
  notText: 'not text by name',
  binary: 'binary',
  tooLarge: 'over 1 MiB',
  empty: 'empty',
  links: ['symbolic link', 'symbolic links'],
  special: ['no regular file', 'no regular files'],
  notUtf8: ['name that is not UTF-8', 'names that are not UTF-8'],
  unreadable: 'unreadable',
  vanished: 'gone meanwhile',
}

/** The summary as a person reads it. */
export function summaryText(summary: Summary): string {
  const { corpus, database, load } = summary
  return [
    '',
    `Indexed    ${plural(corpus.files, 'file')}, ${megabytes(corpus.bytes)}, ${plural(corpus.words, 'word')} in ${corpus.folder}`,
    ...skippedLine(corpus.skipped),
    `Database   ${database.description}: ${databaseContents(database)}`,
    `Load       ${plural(load.answered, 'request')} in ${duration(load.elapsedMillis)}, ${count(Math.round(load.perSecond))} a second, ` +
      `${count(load.failed)} failed${fromCache(load)}`,
    ...(load.firstFailure === undefined ? [] : [`           first failure: ${load.firstFailure}`]),
    ...(load.answered < load.planned
      ? [`           time was up before ${count(load.planned)} were made`]
      : []),
    ...clientLines(summary),
    '',
    ...table([
      ['Latency, ms', 'requests', 'p50', 'p95', 'p99', 'max'],
      ...Object.entries(load.routes).map(([route, latency]) => latencyRow(`  /${route}`, latency)),
      latencyRow('  all', load.latencyMillis),
    ]),
    '',
    ...table([
      ['Resources', 'acquired', 'live', 'cleaned', 'failed', 'success'],
      ...summary.resources.map(row => [
        `  ${row.kind}`,
        count(row.acquired),
        count(row.live),
        count(row.cleaned),
        count(row.failed),
        percent(row.successPercent),
      ]),
    ]),
    '',
    'Slowest acquisitions',
    ...summary.slowest.map(
      ({ kind, what, elapsedMillis }) =>
        `  ${duration(elapsedMillis).padStart(8)}  ${kind}  ${within(corpus.folder, what)}`,
    ),
    '',
    ...leakLines(summary.leaks),
    ...alertLines(summary.alerts),
    '',
    metricsLine(summary.telemetry),
    ...tracesLines(summary.telemetry, load.answered),
  ].join('\n')
}

/** The last lines: what became of everything. */
export function closingText(closing: Closing): string {
  const drained =
    closing.cleanedByDrain === 0
      ? 'the drain found nothing left to clean up'
      : `the drain cleaned up ${plural(closing.cleanedByDrain, 'lease')} that nobody had released (${duration(closing.drainMillis)})`
  const rest = closing.stillOpen === 0 ? 'nothing is left open' : `${count(closing.stillOpen)} STILL OPEN`
  const failed = closing.failed === 0 ? '' : `, ${count(closing.failed)} FAILED`
  return `Released   ${drained}; ${rest}: ${count(closing.acquired)} acquired, ${count(closing.cleaned)} cleaned up${failed}`
}

/** What stays to be done while the service stays up. */
export function servingText({ load, telemetry }: Summary): string {
  const { metricsUrl, liveUrl } = telemetry
  return [
    `Serving    ${load.url}/search?q=lease   (also /document/0?q=lease, /stats, and the leaking /preview/0)`,
    ...(liveUrl === undefined ? [] : [`           ${liveUrl}   (live: open it in a browser)`]),
    ...(metricsUrl === undefined ? [] : [`           ${metricsUrl}`]),
    '           Ctrl-C drains and exits',
  ].join('\n')
}

function databaseContents({ documents, queries }: Summary['database']): string {
  if (documents === undefined || queries === undefined) return 'no longer reachable when the load had ended'
  return `${plural(documents, 'document')}, ${plural(queries, 'query', 'queries')} logged`
}

function clientLines({ clients, load }: Summary): string[] {
  const { max, connected, loans, waits, mostWaiting, recoveryMillis } = clients
  const { count: bursts, requests } = load.bursts
  const inBursts = bursts === 0 ? '' : ` in ${plural(bursts, 'burst')} of ${count(requests)} requests`
  const broken = clients.lost + clients.queryTimeouts
  return [
    `Clients    ${count(max)} at most, ${count(connected)} connected: ${plural(loans, 'loan')}, ${count(waits.count)} of them waited ` +
      `(p95 ${duration(waits.p95Millis)}, at most ${duration(waits.maxMillis)}), up to ${count(mostWaiting)} at once${inBursts}`,
    `           broken: ${plural(clients.lost, 'connection')} lost, ${plural(clients.queryTimeouts, 'query time-out')}; ` +
      `recovered: ${count(recoveryMillis.length)} of ${count(broken)}${after(recoveryMillis)}; acquires timed out: ${count(clients.acquireTimeouts)}`,
  ]
}

function after(recoveryMillis: readonly number[]): string {
  return recoveryMillis.length === 0 ? '' : `, after ${recoveryMillis.map(duration).join(' and ')}`
}

function skippedLine(skipped: Readonly<Record<SkipReason, number>>): string[] {
  const reasons = (Object.keys(SKIPPED) as SkipReason[])
    .filter(reason => skipped[reason] > 0)
    .map(reason => plural(skipped[reason], ...forms(SKIPPED[reason])))
  return reasons.length === 0 ? [] : [`           passed over: ${reasons.join(', ')}`]
}

function forms(reason: string | readonly [one: string, several: string]): readonly [string, string] {
  return typeof reason === 'string' ? [reason, reason] : reason
}

function fromCache({ cacheHits, cacheMisses }: Summary['load']): string {
  const searches = cacheHits + cacheMisses
  return searches === 0 ? '' : `; ${Math.floor((100 * cacheHits) / searches)} % of searches from the cache`
}

/** What begins with the folder is a file in it. */
function within(folder: string, what: string): string {
  return what.startsWith(folder) ? `./${relative(folder, what)}` : what
}

/** Of no request there is no latency. */
function latencyRow(name: string, { count: requests, p50, p95, p99, max }: LatencySummary): string[] {
  return [
    name,
    count(requests),
    ...[p50, p95, p99, max].map(millis => (requests === 0 ? '-' : millis.toFixed(1))),
  ]
}

function leakLines(leaks: readonly Leak[]): string[] {
  if (leaks.length === 0) return ['Leaks      none']
  return leaks.flatMap(leak => {
    const held =
      leak.count === 1
        ? `held for ${duration(leak.oldestHeldMillis)}`
        : `held for ${duration(leak.newestHeldMillis)} to ${duration(leak.oldestHeldMillis)}`
    const planted = leak.stack[0]?.includes('planted-leak') === true
    return [
      `LEAK       ${plural(leak.count, 'lease')} of kind ${leak.kind}, name ${leak.name}, ${held}, outlived the ${leak.count === 1 ? 'request that took it' : 'requests that took them'}`,
      ...leak.stack.slice(0, STACK_FRAMES).map(frame => `             ${frame}`),
      ...(planted
        ? ['           (this handler forgets to release on purpose, to show what a leak looks like)']
        : []),
    ]
  })
}

function alertLines({ told, sent, received }: AlertFigures): string[] {
  if (told.length === 0) return ['Alerts     none']
  const lines = told.map(({ severity, rule, text }) => `${severity} ${rule}: ${text}`)
  const ways = `by webhook, as the trouble grew: ${count(sent)} sent, ${count(received)} received`
  return [
    `ALERTS     ${lines[0]}`,
    ...lines.slice(1).map(line => `           ${line}`),
    `           (${ways})`,
  ]
}

function metricsLine({ metricsUrl, families, series }: TelemetryFigures): string {
  if (metricsUrl === undefined) return 'Metrics    no endpoint'
  const what = `${plural(families, 'metric')}, ${plural(series, 'series', 'series')} with the buckets of histograms`
  return `Metrics    ${what}, at ${metricsUrl}, as long as the program runs`
}

function tracesLines(telemetry: TelemetryFigures, requests: number): string[] {
  const { requestSpans, spans, tracesUrl, tracesToConsole, tracesOffBy, jaegerUrl } = telemetry
  if (spans.ended === 0) {
    const advice = 'set OTEL_EXPORTER_OTLP_ENDPOINT=http://127.0.0.1:4318 to see each request in Jaeger'
    const isWanted = tracesUrl !== undefined || tracesToConsole
    const reason = isWanted ? 'nothing was recorded' : advice
    return [`Traces     none: ${tracesOffBy === undefined ? reason : `${tracesOffBy} says so`}`]
  }
  const traced = requestSpans === requests ? '' : `${count(requestSpans)} of `
  const figures = [
    traced + plural(requests, 'request'),
    plural(spans.ended, 'span'),
    ...(tracesUrl === undefined ? [] : [`${count(spans.delivered)} delivered to ${tracesUrl}`]),
    ...(tracesToConsole ? ['written to the console'] : []),
  ]
  const isThere = jaegerUrl !== undefined && spans.delivered > 0
  return [`Traces     ${figures.join(', ')}`, ...(isThere ? [`           look at ${jaegerUrl}`] : [])]
}
