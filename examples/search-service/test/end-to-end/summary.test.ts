import assert from 'node:assert/strict'
import { readFileSync, statSync } from 'node:fs'
import { join } from 'node:path'
import { count, duration } from '../../src/report/numbers.ts'
import type { ResourceRow } from '../../src/report/resource-table.ts'
import { sampleTexts, temporaryFolder } from '../temporary-folder.ts'
import { startProgram, summaryOf } from './run-program.ts'
import type { Ended } from './run-program.ts'

const FILES = 40
const REQUESTS = 150
const PLANTED_CALLS = 3

describe('a whole run over a small folder', function () {
  this.timeout(60_000)
  const texts = sampleTexts(FILES)
  let folder: ReturnType<typeof temporaryFolder>
  let ended: Ended
  let summary: ReturnType<typeof summaryOf>

  before(async () => {
    folder = temporaryFolder({
      ...texts,
      'picture.png': 'no text',
      'folder-0/binary.txt': Uint8Array.of(1, 0, 2),
    })
    ended = await startProgram([folder.path, '--json', '--requests', String(REQUESTS), '--seed', '5']).ended
    summary = summaryOf(ended)
  })
  after(() => folder.remove())

  const row = (kind: string): ResourceRow => {
    const found = summary.resources.find(each => each.kind === kind)
    assert.ok(found, kind)
    return found
  }

  it('ends by itself, with code 0', () => {
    assert.deepEqual({ code: ended.code, signal: ended.signal }, { code: 0, signal: null })
  })

  it('indexed the texts and nothing else', () => {
    const { files, bytes, skipped } = summary.corpus
    assert.equal(files, FILES)
    const sizes = Object.keys(texts).map(name => statSync(join(folder.path, name)).size)
    assert.equal(
      bytes,
      sizes.reduce((sum, size) => sum + size, 0),
    )
    assert.equal(skipped.notText, 1)
    assert.equal(skipped.binary, 1)
  })

  it('answered every request', () => {
    const { planned, answered, failed, routes } = summary.load
    assert.deepEqual({ planned, answered, failed }, { planned: REQUESTS, answered: REQUESTS, failed: 0 })
    const byRoute = Object.values(routes).map(route => route.count)
    assert.equal(
      byRoute.reduce((sum, each) => sum + each, 0),
      REQUESTS,
    )
    assert.equal(routes.preview.count, PLANTED_CALLS)
  })

  it('has the documents and the log of queries in the database', () => {
    assert.equal(summary.database.embedded, true)
    assert.equal(summary.database.documents, FILES)
    assert.equal(summary.database.queries, summary.load.routes.search.count)
  })

  it('leased every file that it opened', () => {
    const { document } = summary.load.routes
    const opened = FILES + summary.corpus.skipped.binary + document.count + PLANTED_CALLS
    assert.equal(summary.groundTruth.filesOpened, opened)
    const mapped = opened - PLANTED_CALLS
    assert.deepEqual(row('mmap.mapping'), {
      kind: 'mmap.mapping',
      acquired: mapped,
      live: 0,
      cleaned: mapped,
      failed: 0,
      successPercent: 100,
    })
    const { acquired, live } = row('file.handle')
    assert.deepEqual({ acquired, live }, { acquired: PLANTED_CALLS, live: PLANTED_CALLS })
  })

  it('leased its database client for every query', () => {
    const { routes, cacheMisses } = summary.load
    const [version, tables, documents, cut, slow, counts] = [1, 1, 1, 1, 1, 1]
    const requests = cacheMisses + routes.search.count + routes.document.count + routes.stats.count
    const loans = version + tables + documents + cut + slow + requests + counts
    assert.equal(summary.clients.loans, loans)
    const { acquired, live, failed } = row('pool.loan')
    assert.deepEqual({ acquired, live, failed }, { acquired: loans, live: 0, failed: 0 })
  })

  it('recovered from a connection that was cut in use and from a query that timed out', () => {
    const { max, connected, lost, queryTimeouts, acquireTimeouts, recoveryMillis } = summary.clients
    assert.deepEqual(
      { max, connected, lost, queryTimeouts, acquireTimeouts },
      { max: 1, connected: 3, lost: 1, queryTimeouts: 1, acquireTimeouts: 0 },
    )
    assert.equal(recoveryMillis.length, 2)
    const { acquired, live, cleaned, failed } = row('pool.resource')
    assert.deepEqual({ acquired, live, cleaned, failed }, { acquired: 3, live: 1, cleaned: 2, failed: 0 })
  })

  it('had more requests wait for the client than there are clients', () => {
    const { waits, loans, mostWaiting } = summary.clients
    const { count: bursts, requests } = summary.load.bursts
    assert.deepEqual({ bursts, requests }, { bursts: 3, requests: 32 })
    assert.ok(mostWaiting > 8, `${mostWaiting} waited at once`)
    assert.ok(waits.count > mostWaiting && waits.count <= loans)
    assert.ok(waits.p95Millis > 0 && waits.p95Millis <= waits.maxMillis)
  })

  it('names the planted leak, its file and its line first', () => {
    assert.equal(summary.leaks.length, 1)
    const [leak] = summary.leaks
    assert.deepEqual(
      { kind: leak?.kind, name: leak?.name, count: leak?.count },
      { kind: 'file.handle', name: 'preview', count: PLANTED_CALLS },
    )
    const source = readFileSync(new URL('../../src/service/planted-leak.ts', import.meta.url), 'utf8').split(
      '\n',
    )
    const line = 1 + source.findIndex(each => each.includes('files.open('))
    assert.match(
      leak?.stack[0] ?? '',
      new RegExp(`plantedLeak \\(src/service/planted-leak\\.ts:${line}:\\d+\\)$`),
    )
    assert.ok((leak?.oldestHeldMillis ?? 0) > 0)
  })

  it('was told of the leak while it ran, by a webhook', () => {
    const { told, sent, received } = summary.alerts
    assert.deepEqual(
      told.map(({ rule, severity, count }) => ({ rule, severity, count })),
      [{ rule: 'outlived', severity: 'warn', count: PLANTED_CALLS }],
    )
    const text = /^file\.handle "preview": 3 leases have outlived their requests, held for \d+ m?s$/
    assert.match(told[0]?.text ?? '', text)
    assert.ok(sent >= 1)
    assert.equal(received, sent)
    assert.ok(ended.stderr.includes(`ALERTS     warn outlived: ${told[0]?.text}`))
  })

  it('has no leak and no alert with the mistake put right', async () => {
    const args = [folder.path, '--json', '--requests', String(REQUESTS), '--seed', '5', '--fix-leak']
    const mended = await startProgram(args).ended
    const { leaks, alerts, load, closing } = summaryOf(mended)
    assert.equal(mended.code, 0)
    assert.deepEqual(leaks, [])
    assert.deepEqual(alerts, { told: [], sent: 0, received: 0 })
    assert.equal(load.routes.preview.count, PLANTED_CALLS)
    assert.deepEqual([closing.cleanedByDrain, closing.stillOpen], [0, 0])
    assert.match(mended.stderr, /^Leaks {6}none\nAlerts {5}none$/m)
  })

  it('released everything, the leak by the drain', () => {
    const { acquired, cleaned, failed, stillOpen, cleanedByDrain } = summary.closing
    assert.deepEqual(
      { failed, stillOpen, cleanedByDrain },
      { failed: 0, stillOpen: 0, cleanedByDrain: PLANTED_CALLS },
    )
    assert.equal(cleaned, acquired)
    const rows = summary.resources.reduce((sum, each) => sum + each.acquired, 0)
    assert.equal(acquired, rows)
  })

  it('served metrics', () => {
    const { metricsUrl, liveUrl, series, families } = summary.telemetry
    assert.equal(liveUrl, metricsUrl?.replace(/metrics$/, ''))
    assert.match(metricsUrl ?? '', /^http:\/\/127\.0\.0\.1:\d+\/metrics$/)
    assert.ok(families >= 5 && series > families, `${series} series of ${families}`)
  })

  it('goes on to its end when nobody reads its standard error any more', async () => {
    const run = startProgram([folder.path, '--json', '--requests', '20'])
    await run.logged(/^Indexing /m)
    run.child.stderr?.destroy()
    const unread = await run.ended
    assert.equal(unread.code, 0)
    assert.equal(summaryOf(unread).closing.stillOpen, 0)
  })

  it('says the same to people as to programs', () => {
    const text = ended.stderr
    for (const { kind, acquired, live, cleaned, failed } of summary.resources) {
      const figures = [acquired, live, cleaned, failed].map(count).join(' +')
      assert.match(text, new RegExp(`^  ${kind.replace('.', '\\.')} +${figures} `, 'm'))
    }
    for (const [route, { count: requests, p50, p95, p99, max }] of Object.entries(summary.load.routes)) {
      const figures = [p50, p95, p99, max]
        .map(millis => (requests === 0 ? '-' : millis.toFixed(1)))
        .join(' +')
      assert.match(text, new RegExp(`^  /${route} +${requests} +${figures}$`, 'm'))
    }
    for (const { kind, what } of summary.slowest)
      assert.ok(text.includes(`${kind}  ${what.replace(folder.path, '.')}`))
    const { connected, loans, waits, recoveryMillis } = summary.clients
    assert.ok(
      text.includes(
        `Clients    1 at most, ${connected} connected: ${count(loans)} loans, ${count(waits.count)} of them waited (p95 ${duration(waits.p95Millis)},`,
      ),
    )
    assert.ok(
      text.includes(
        `broken: 1 connection lost, 1 query time-out; recovered: 2 of 2, after ${recoveryMillis.map(duration).join(' and ')}; acquires timed out: 0`,
      ),
    )
    assert.match(text, /^LEAK +3 leases of kind file\.handle, name preview, held for/m)
    assert.ok(text.includes(summary.leaks[0]?.stack[0] as string))
    const { acquired, cleaned } = summary.closing
    assert.match(
      text,
      new RegExp(
        `cleaned up 3 leases .*; nothing is left open: ${count(acquired)} acquired, ${count(cleaned)} cleaned up$`,
        'm',
      ),
    )
    assert.ok(!text.includes('\u001b'), 'no terminal codes where there is no terminal')
  })
})
