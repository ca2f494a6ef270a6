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
  telemetry: {
    metricsUrl: 'http://127.0.0.1:2/metrics',
    families: 3,
    series: 9,
    requestSpans: 0,
    spans: { ended: 0, delivered: 0 },
  },
  groundTruth: { filesOpened: 1, plantedCalls: 0 },
}

describe('summaryText', () => {
  it('speaks of what is there, and leaves out what is not', () => {
    const text = summaryText(summary)
    assert.match(text, /^Indexed {4}1 file, 1\.2 kB, 200 words in \/texts$/m)
    assert.match(text, /^ +passed over: 1 binary, 2 unreadable$/m)
    assert.match(text, /^Leaks {6}none$/m)
    assert.match(text, /^Traces {5}none: set OTEL_EXPORTER_OTLP_ENDPOINT=/m)
    assert.doesNotMatch(text, /first failure|time was up|undefined|NaN/)
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
      /http:\/\/127\.0\.0\.1:1\/search\?q=lease[^]*http:\/\/127\.0\.0\.1:2\/metrics/,
    )
  })
})
