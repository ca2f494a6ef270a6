import type { LatencySummary } from '../load/latency.ts'
import type { Leak } from './leak-report.ts'
import { count, duration, megabytes, percent, plural, table } from './numbers.ts'
import type { Closing, SkipReason, Summary, TelemetryFigures } from './summary.ts'

const STACK_FRAMES = 4
const SKIPPED: Readonly<Record<SkipReason, string>> = {
  overBudget: 'beyond --megabytes',
  notReached: 'folders beyond the first 100,000 texts',
  notText: 'not text by name',
  binary: 'binary',
  tooLarge: 'over 1 MiB',
  empty: 'empty',
  links: 'symbolic links',
  special: 'no regular files',
  unreadable: 'unreadable',
  vanished: 'gone meanwhile',
}

/** The summary as a person reads it. */
export function summaryText(summary: Summary): string {
  const { corpus, database, load } = summary
  const searches = load.cacheHits + load.cacheMisses
  const fromCache = searches === 0 ? 0 : Math.round((100 * load.cacheHits) / searches)
  return [
    '',
    `Indexed    ${plural(corpus.files, 'file')}, ${megabytes(corpus.bytes)}, ${plural(corpus.words, 'word')} in ${corpus.folder}`,
    ...skippedLine(corpus.skipped),
    `Database   ${database.description}: ${databaseContents(database)}`,
    `Load       ${plural(load.answered, 'request')} in ${duration(load.elapsedMillis)}, ${count(Math.round(load.perSecond))} a second, ` +
      `${count(load.failed)} failed; ${fromCache} % of searches from the cache`,
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
        `  ${duration(elapsedMillis).padStart(8)}  ${kind}  ${what.replace(corpus.folder, '.')}`,
    ),
    '',
    ...leakLines(summary.leaks),
    '',
    ...telemetryLines(summary.telemetry),
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
  const { metricsUrl } = telemetry
  return [
    `Serving    ${load.url}/search?q=lease   (also /document/0?q=lease, /stats, and the leaking /preview/0)`,
    ...(metricsUrl === undefined ? [] : [`           ${metricsUrl}`]),
    '           Ctrl-C drains and exits',
  ].join('\n')
}

function databaseContents({ documents, queries }: Summary['database']): string {
  if (documents === undefined || queries === undefined) return 'no longer reachable when the load had ended'
  return `${plural(documents, 'document')}, ${count(queries)} queries logged`
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
    .map(reason => `${count(skipped[reason])} ${SKIPPED[reason]}`)
  return reasons.length === 0 ? [] : [`           passed over: ${reasons.join(', ')}`]
}

function latencyRow(name: string, { count: requests, p50, p95, p99, max }: LatencySummary): string[] {
  return [name, count(requests), ...[p50, p95, p99, max].map(millis => millis.toFixed(1))]
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
      `LEAK       ${plural(leak.count, 'lease')} of kind ${leak.kind}, name ${leak.name}, ${held}, outlived the requests that took them`,
      ...leak.stack.slice(0, STACK_FRAMES).map(frame => `             ${frame}`),
      ...(planted
        ? ['           (this handler forgets to release on purpose, to show what a leak looks like)']
        : []),
    ]
  })
}

function telemetryLines(telemetry: TelemetryFigures): string[] {
  const {
    metricsUrl,
    families,
    series,
    tracesUrl = 'the exporter',
    jaegerUrl,
    requestSpans,
    spans,
  } = telemetry
  return [
    metricsUrl === undefined
      ? 'Metrics    no endpoint'
      : `Metrics    ${count(series)} series of ${count(families)} metrics at ${metricsUrl}, as long as the program runs`,
    requestSpans === 0
      ? 'Traces     none: set OTEL_EXPORTER_OTLP_ENDPOINT=http://127.0.0.1:4318 to see each request in Jaeger'
      : `Traces     ${count(requestSpans)} requests, ${count(spans.ended)} spans, ${count(spans.delivered)} delivered to ${tracesUrl}`,
    ...(jaegerUrl === undefined ? [] : [`           look at ${jaegerUrl}`]),
  ]
}
