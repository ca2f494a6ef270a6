import assert from 'node:assert/strict'
import pg from 'pg'
import { eventually } from '../../../../test/backends/daemon.ts'
import { startPostgres } from '../../../../test/backends/postgres.ts'
import type { RealPostgres } from '../../../../test/backends/postgres.ts'
import { sampleTexts, temporaryFolder } from '../temporary-folder.ts'
import { startProgram, summaryOf } from './run-program.ts'

const FILES = 30

describe('with a real Postgres by DATABASE_URL', function () {
  this.timeout(60_000)
  let server: RealPostgres | undefined
  let folder: ReturnType<typeof temporaryFolder> | undefined

  before(async function () {
    server = await startPostgres(this)
    folder = temporaryFolder(sampleTexts(FILES))
  })
  after(async () => {
    folder?.remove()
    await server?.stop()
  })

  const path = (): string => folder?.path as string
  const url = (change: (url: URL) => void = () => undefined): string => {
    const changed = new URL(server?.url as string)
    change(changed)
    return changed.href
  }

  it('keeps documents and queries there, and leaves no connection behind', async () => {
    const env = { DATABASE_URL: url() }
    const ended = await startProgram([path(), '--json', '--requests', '200'], { env }).ended
    const summary = summaryOf(ended)
    assert.equal(ended.code, 0)
    assert.equal(summary.database.embedded, false)
    assert.match(
      summary.database.description,
      /^Postgres \d+.*, at 127\.0\.0\.1:\d+, database "postgres", user "leasehold"$/,
    )
    assert.ok(!ended.stderr.includes('secret'), 'the password is never shown')
    assert.deepEqual(summary.leaks.length, 1)
    const { max, connected, lost, queryTimeouts, acquireTimeouts, recoveryMillis } = summary.clients
    assert.deepEqual(
      { max, connected, lost, queryTimeouts, acquireTimeouts, recovered: recoveryMillis.length },
      { max: 4, connected: 6, lost: 1, queryTimeouts: 1, acquireTimeouts: 0, recovered: 2 },
    )
    assert.equal(summary.clients.loans, summary.resources.find(({ kind }) => kind === 'pool.loan')?.acquired)
    assert.deepEqual(summary.resources.map(({ kind }) => kind).includes('postgres.server'), false)

    const client = new pg.Client({ connectionString: url() })
    await client.connect()
    type Row = { documents: number; queries: number; connections: number }
    const ask = async (): Promise<Row | undefined> => {
      const { rows } = await client.query<Row>(
        `SELECT (SELECT count(*)::int FROM leasehold_search.documents) AS documents,
              (SELECT count(*)::int FROM leasehold_search.query_log) AS queries,
              (SELECT count(*)::int FROM pg_stat_activity
                WHERE application_name = 'leasehold-search-service') AS connections`,
      )
      return rows[0]?.connections === 0 ? rows[0] : undefined
    }
    // The server goes on with a query that nobody waits for any more, and notices only then.
    const row = await eventually(ask)
    await client.end()
    assert.deepEqual(row, { documents: FILES, queries: summary.load.routes.search.count, connections: 0 })
  })

  for (const [what, change, message] of [
    [
      'a wrong password',
      (u: URL) => (u.password = 'wr0ng'),
      /user "leasehold", refuses this user: password authentication/,
    ],
    [
      'no password',
      (u: URL) => (u.password = ''),
      /user "leasehold", asks for a password, and there is none in the address\. Correct DATABASE_URL/,
    ],
    [
      'a database that is not there',
      (u: URL) => (u.pathname = '/absent'),
      /database "absent", .* does not exist on that server/,
    ],
  ] as const) {
    it(`says so of ${what}`, async () => {
      const { code, stderr } = await startProgram([path()], { env: { DATABASE_URL: url(change) } }).ended
      assert.equal(code, 1)
      assert.match(stderr, message)
      assert.doesNotMatch(stderr, /wr0ng|secret|^\s+at /m)
      assert.match(stderr, /nothing is left open/)
    })
  }

  it('survives its crash during the load: failures are counted, everything is released, the code is 1', async () => {
    const env = { DATABASE_URL: url() }
    const run = startProgram([path(), '--json', '--requests', '3000'], { env })
    await run.logged(/^Serving /m)
    await server?.crash()
    const ended = await run.ended
    const { load, closing } = summaryOf(ended)
    assert.equal(ended.code, 1)
    assert.ok(load.failed > 0)
    assert.match(load.firstFailure ?? '', /^GET \/\S+: 500 /)
    assert.equal(load.answered, 3000)
    assert.equal(closing.stillOpen, 0)
    assert.equal(closing.acquired, closing.cleaned + closing.failed)
  })
})
