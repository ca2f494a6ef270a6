import assert from 'node:assert/strict'
import { ResourceRegistry } from '@leasehold/core'
import { createPool, type Pool } from '@leasehold/pool'
import pg from 'pg'
import { eventually } from '../backends/daemon.ts'
import { startPostgres, type RealPostgres } from '../backends/postgres.ts'
import { PoolLoad, untyped } from './pool-load.ts'

const MAX = 8
const ACQUIRE_TIMEOUT_MILLIS = 5_000

/** An answer of the server's leaves the session usable, unless it says that it ends it. */
function isBroken(error: unknown): boolean {
  return !(error instanceof pg.DatabaseError) || error.severity === 'FATAL'
}

describe('a pool of pg clients, with a real Postgres', () => {
  let server: RealPostgres | undefined
  let registry: ResourceRegistry
  let pool: Pool<pg.Client>
  let ofCreate: Set<unknown>

  before(async function () {
    server = await startPostgres(this)
  })
  after(() => server?.stop())

  beforeEach(() => {
    registry = new ResourceRegistry()
    ofCreate = new Set()
    pool = createPool(
      {
        create: async signal => {
          const client = new pg.Client({ connectionString: server!.url, application_name: 'pool-pg' })
          // Unheard, the loss of an idle connection would end the process.
          client.on('error', () => void pool.retain(idle => idle !== client).catch(() => {}))
          try {
            signal.addEventListener('abort', () => void client.end(), { once: true })
            await client.connect()
            return client
          } catch (error) {
            ofCreate.add(error)
            throw error
          }
        },
        destroy: client => client.end(),
      },
      {
        name: 'pg',
        max: MAX,
        acquireTimeoutMillis: ACQUIRE_TIMEOUT_MILLIS,
        breaker: { threshold: 5, halfOpenAfterMillis: 100 },
        registry,
      },
    )
  })
  afterEach(async () => {
    await pool?.drain({ force: true })
  })

  /** How many sessions of the pool's the server has. */
  async function sessions(): Promise<number> {
    const client = new pg.Client({ connectionString: server!.url })
    await client.connect()
    try {
      const { rows } = await client.query<{ count: number }>(
        `SELECT count(*)::int FROM pg_stat_activity WHERE application_name = 'pool-pg'`,
      )
      return rows[0]!.count
    } finally {
      await client.end()
    }
  }

  for (const how of ['crash', 'shutDown'] as const) {
    it(`serves again after a restart under load (${how}): each acquire ends in a lease or a typed error`, async function () {
      this.timeout(60_000)
      const load = new PoolLoad({
        pool,
        work: client => client.query('SELECT pg_sleep(0.001)'),
        isBroken,
        workers: 4 * MAX,
      })
      await load.untilServed(500)
      assert.deepEqual(load.refusals, [])
      assert.equal(await sessions(), MAX)

      await server![how]()
      await load.until(() => load.refusals.length >= 100)
      await server!.start()
      await load.untilServed(500)
      await load.stop()

      assert.deepEqual(untyped(load.refusals, ofCreate), [])
      assert.equal(load.asked, load.served + load.failures.length + load.refusals.length)
      assert.ok(load.longestAcquireMillis < ACQUIRE_TIMEOUT_MILLIS + 1_000, `${load.longestAcquireMillis} ms`)
      assert.ok(load.largestSize <= MAX, `${load.largestSize} at once`)
      assert.ok(load.failures.length >= 1, 'some were in use when it went away')
      const { borrowed, waiting, breaker } = pool.status()
      assert.deepEqual({ borrowed, waiting, breaker }, { borrowed: 0, waiting: 0, breaker: 'closed' })

      assert.equal((await pool.drain()).clean, true)
      assert.equal(await eventually(async () => ((await sessions()) === 0 ? 0 : undefined)), 0)
      const { acquired, live, releasing, outcomes } = registry.stats()
      assert.deepEqual({ live, releasing }, { live: 0, releasing: 0 })
      assert.equal(outcomes.success, acquired)
    })
  }

  it('keeps a client whose query the server refused, and its session', async () => {
    const pid = (client: pg.Client): Promise<number> =>
      client.query<{ pid: number }>('SELECT pg_backend_pid() AS pid').then(({ rows }) => rows[0]!.pid)
    const before = await pool.use(pid)
    await assert.rejects(
      pool.use(client => client.query('SELECT nothing'), { destroyOnError: isBroken }),
      { code: '42703' },
    )
    assert.equal(await pool.use(pid), before)
  })

  it('replaces a client that an administrator ended, in use', async () => {
    const end = 'SELECT pg_terminate_backend(pg_backend_pid())'
    await assert.rejects(
      pool.use(client => client.query(end), { destroyOnError: isBroken }),
      { code: '57P01' },
    )
    assert.equal(pool.status().idle, 0)
    await pool.use(client => client.query('SELECT 1'))
  })

  it('replaces a client that an administrator ended while it was idle, before anybody gets it', async () => {
    const pid = await pool.use(async client => {
      const { rows } = await client.query<{ pid: number }>('SELECT pg_backend_pid() AS pid')
      return rows[0]!.pid
    })
    const destroyed = new Promise(resolve => pool.on('destroy', resolve))
    const administrator = new pg.Client({ connectionString: server!.url })
    await administrator.connect()
    await administrator.query('SELECT pg_terminate_backend($1)', [pid])
    await administrator.end()
    assert.deepEqual(await destroyed, { type: 'destroy', reason: 'unretained' })
    await pool.use(client => client.query('SELECT 1'))
  })

  it('destroys a client that still waits for an answer when its query timed out', async () => {
    const slow: pg.QueryConfig & { query_timeout: number } = {
      text: 'SELECT pg_sleep(0.5)',
      query_timeout: 20,
    }
    await assert.rejects(
      pool.use(client => client.query(slow), { destroyOnError: isBroken }),
      /Query read timeout/,
    )
    assert.equal(pool.status().idle, 0)
    // The server's own limit is an answer: the session goes on.
    await assert.rejects(
      pool.use(
        async client => {
          await client.query(`SET statement_timeout = '20ms'`)
          await client.query('SELECT pg_sleep(0.5)')
        },
        { destroyOnError: isBroken },
      ),
      { code: '57014' },
    )
    assert.equal(pool.status().idle, 1)
  })
})
