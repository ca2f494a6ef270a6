import assert from 'node:assert/strict'
import { closingText, servingText, summaryText } from '../../src/report/summary-text.ts'
import type { Closing, Summary } from '../../src/report/summary.ts'

const none = { count: 0, p50: 0, p95: 0, p99: 0, max: 0 }
const summary: Summary = {
  corpus: {
    folder: '/texts',
    files: 1,
    bytes: 1200,
    words: 200,
    terms: 50,
    elapsedMillis: 5,
    skipped: {
      notText: 0,
      links: 0,
      special: 0,
      notUtf8: 0,
      unreadable: 2,
      binary: 1,
      tooLarge: 0,
      empty: 0,
      vanished: 0,
      overBudget: 0,
      notReached: 0,
    },
  },
  database: { description: 'Postgres 17', embedded: false, documents: 1, queries: 0 },
  load: {
    url: 'http://127.0.0.1:1',
    planned: 10,
    answered: 10,
    failed: 0,
    elapsedMillis: 1000,
    perSecond: 10,
    bursts: { count: 0, requests: 1 },
    cacheHits: 0,
    cacheMisses: 0,
    latencyMillis: none,
    routes: { search: none, document: none, stats: none, preview: none },
  },
  clients: {
    max: 4,
    connected: 4,
    loans: 20,
    waits: { count: 0, p95Millis: 0, maxMillis: 0 },
    mostWaiting: 0,
    acquireTimeouts: 0,
    queryTimeouts: 0,
    lost: 0,
    recoveryMillis: [],
  },
  resources: [],
  slowest: [],
  leaks: [],
  alerts: { told: [], sent: 0, received: 0 },
  telemetry: {
    metricsUrl: 'http://127.0.0.1:2/metrics',
    liveUrl: 'http://127.0.0.1:2/',
    families: 3,
    series: 9,
    requestSpans: 0,
    spans: { ended: 0, delivered: 0 },
    tracesToConsole: false,
  },
  groundTruth: { filesOpened: 1, plantedCalls: 0 },
}

describe('summaryText', () => {
  it('speaks of what is there, and leaves out what is not', () => {
    const text = summaryText(summary)
    assert.match(text, /^Indexed {4}1 file, 1\.2 kB, 200 words in \/texts$/m)
    assert.match(text, /^ +passed over: 1 binary, 2 unreadable$/m)
    assert.match(text, /^Leaks {6}none$/m)
    assert.match(text, /^Alerts {5}none$/m)
    assert.match(text, /^Traces {5}none: set OTEL_EXPORTER_OTLP_ENDPOINT=/m)
    assert.doesNotMatch(text, /first failure|time was up|undefined|NaN|from the cache/)
  })

  it('shows no latency of a route that nobody asked', () => {
    const { load } = summary
    const asked = { count: 2, p50: 0.04, p95: 1, p99: 1, max: 1 }
    const text = summaryText({ ...summary, load: { ...load, routes: { ...load.routes, search: asked } } })
    assert.match(text, /^ {2}\/search +2 +0\.0 +1\.0 +1\.0 +1\.0$/m)
    assert.match(text, /^ {2}\/stats +0 +- +- +- +-$/m)
  })

  it('never says that all searches came from the cache if one did not', () => {
    const load = { ...summary.load, cacheHits: 2999, cacheMisses: 1 }
    assert.match(summaryText({ ...summary, load }), /; 99 % of searches from the cache$/m)
  })

  it('speaks of one as of one', () => {
    const { corpus, database, load, telemetry } = summary
    const skipped = Object.fromEntries(Object.keys(corpus.skipped).map(reason => [reason, 1]))
    const text = summaryText({
      ...summary,
      corpus: { ...corpus, words: 1, skipped: skipped as typeof corpus.skipped },
      database: { ...database, queries: 1 },
      load: { ...load, answered: 1, planned: 1 },
      leaks: [{ kind: 'k', name: 'n', count: 1, oldestHeldMillis: 1, newestHeldMillis: 1, stack: [] }],
      telemetry: {
        ...telemetry,
        families: 1,
        series: 1,
        requestSpans: 1,
        spans: { ended: 1, delivered: 1 },
        tracesUrl: 'http://a/v1/traces',
      },
    })
    assert.match(text, /1 folder beyond .*, 1 symbolic link, 1 no regular file, 1 name that is not UTF-8,/)
    assert.match(text, /1 word in/)
    assert.match(text, /1 document, 1 query logged/)
    assert.match(text, /^Load {7}1 request in/m)
    assert.match(text, /outlived the request that took it$/m)
    assert.match(text, /^Metrics {4}1 metric, 1 series /m)
    assert.match(text, /^Traces {5}1 request, 1 span, 1 delivered to http:\/\/a\/v1\/traces$/m)
  })

  describe('says where traces went', () => {
    const traced = { requestSpans: 10, spans: { ended: 30, delivered: 30 } }
    const back = { tracesUrl: 'http://a/v1/traces', jaegerUrl: 'http://a:16686' }
    const cases: [what: string, figures: Partial<Summary['telemetry']>, lines: RegExp][] = [
      ['nowhere, by default', {}, /none: set OTEL_EXPORTER_OTLP_ENDPOINT=.*$/],
      [
        'nowhere, by a variable',
        { tracesOffBy: 'OTEL_SDK_DISABLED=true' },
        /none: OTEL_SDK_DISABLED=true says so$/,
      ],
      ['nowhere, by a sampler', { ...back, tracesOffBy: 'S=always_off' }, /none: S=always_off says so$/],
      ['nowhere, for another reason', back, /none: nothing was recorded$/],
      [
        'to the console',
        { ...traced, tracesToConsole: true },
        /10 requests, 30 spans, written to the console$/,
      ],
      [
        'to a back end',
        { ...traced, ...back },
        /10 requests, 30 spans, 30 delivered to http:\/\/a\/v1\/traces\n +look at http:\/\/a:16686$/,
      ],
      [
        'to one that took nothing',
        { ...traced, ...back, spans: { ended: 30, delivered: 0 } },
        /10 requests, 30 spans, 0 delivered to http:\/\/a\/v1\/traces$/,
      ],
      [
        'in part',
        { ...traced, ...back, tracesToConsole: true, requestSpans: 3, tracesOffBy: 'S=traceidratio' },
        /3 of 10 requests, 30 spans, 30 delivered to http:\/\/a\/v1\/traces, written to the console\n/,
      ],
    ]
    for (const [what, figures, lines] of cases) {
      it(what, () => {
        const text = summaryText({ ...summary, telemetry: { ...summary.telemetry, ...figures } })
        assert.match(text.slice(text.indexOf('Traces ')), new RegExp(`^Traces {5}${lines.source}`))
      })
    }
  })

  it('shows failures, an early end of the load, and a database that went away', () => {
    const { database, load } = summary
    const text = summaryText({
      ...summary,
      database: { description: database.description, embedded: false },
      load: { ...load, planned: 20, failed: 3, firstFailure: 'GET /stats: 500' },
    })
    assert.match(text, /3 failed/)
    assert.match(text, /^ +first failure: GET \/stats: 500$/m)
    assert.match(text, /^ +time was up before 20 were made$/m)
    assert.match(text, /^Database {3}Postgres 17: no longer reachable/m)
  })

  it('shows who waited and what broke, and what has not recovered', () => {
    const { clients, load } = summary
    assert.match(
      summaryText(summary),
      /^Clients {4}4 at most, 4 connected: 20 loans, 0 of them waited .*, up to 0 at once\n +broken: 0 connections lost, 0 query time-outs; recovered: 0 of 0; acquires timed out: 0$/m,
    )
    const text = summaryText({
      ...summary,
      load: { ...load, bursts: { count: 3, requests: 32 } },
      clients: {
        ...clients,
        waits: { count: 7, p95Millis: 12.3, maxMillis: 1500 },
        mostWaiting: 5,
        acquireTimeouts: 2,
        queryTimeouts: 1,
        lost: 1,
        recoveryMillis: [20],
      },
    })
    assert.match(
      text,
      /7 of them waited \(p95 12 ms, at most 1\.5 s\), up to 5 at once in 3 bursts of 32 requests$/m,
    )
    assert.match(
      text,
      /1 connection lost, 1 query time-out; recovered: 1 of 2, after 20 ms; acquires timed out: 2$/m,
    )
  })

  it('says of a leak what and where, and of a planted one that it is', () => {
    const leak = { kind: 'k', name: 'n', count: 1, oldestHeldMillis: 2000, newestHeldMillis: 2000 }
    const real = summaryText({ ...summary, leaks: [{ ...leak, stack: ['at a (b.ts:1:2)'] }] })
    assert.match(real, /^LEAK {7}1 lease of kind k, name n, held for 2\.0 s.*\n +at a \(b\.ts:1:2\)$/m)
    assert.doesNotMatch(real, /on purpose/)
    const planted = summaryText({ ...summary, leaks: [{ ...leak, stack: ['at a (planted-leak.ts:1:2)'] }] })
    assert.match(planted, /on purpose/)
  })
})

describe('closingText', () => {
  const closing: Closing = {
    acquired: 5,
    cleaned: 5,
    failed: 0,
    stillOpen: 0,
    cleanedByDrain: 0,
    drainMillis: 1,
  }

  it('tells a clean end from one with losses', () => {
    assert.equal(
      closingText(closing),
      'Released   the drain found nothing left to clean up; nothing is left open: 5 acquired, 5 cleaned up',
    )
    assert.equal(
      closingText({ ...closing, cleaned: 3, failed: 1, stillOpen: 1, cleanedByDrain: 1 }),
      'Released   the drain cleaned up 1 lease that nobody had released (1.00 ms); 1 STILL OPEN: 5 acquired, 3 cleaned up, 1 FAILED',
    )
  })
})

describe('servingText', () => {
  it('names the addresses to try', () => {
    assert.match(
      servingText(summary),
      /http:\/\/127\.0\.0\.1:1\/search\?q=lease[^]*http:\/\/127\.0\.0\.1:2\/ +\(live[^]*http:\/\/127\.0\.0\.1:2\/metrics/,
    )
  })
})
