import assert from 'node:assert/strict'
import { ResourceRegistry } from '@leasehold/core'
import { createPool, type Pool } from '@leasehold/pool'
import { Redis } from 'ioredis'
import { startRedis, type RealRedis } from '../backends/redis.ts'
import { PoolLoad, untyped } from './pool-load.ts'

const MAX = 8
const ACQUIRE_TIMEOUT_MILLIS = 5_000

/** What the server answers leaves the connection as it was; anything else is about the connection. */
function isBroken(error: unknown): boolean {
  return !(error instanceof Error && error.name === 'ReplyError')
}

describe('a pool of ioredis clients, with a real Redis', () => {
  let server: RealRedis | undefined
  let registry: ResourceRegistry
  let pool: Pool<Redis>
  let ofCreate: Set<unknown>

  before(async function () {
    server = await startRedis(this)
  })
  after(() => server?.stop())

  beforeEach(() => {
    registry = new ResourceRegistry()
    ofCreate = new Set()
    pool = createPool(
      {
        create: async signal => {
          // The pool makes a new client in place of one that has lost its connection.
          const client = new Redis(server!.url, {
            lazyConnect: true,
            retryStrategy: () => null,
            connectionName: 'pool-ioredis',
          })
          // connect() itself only says that the connection is closed.
          let reason: unknown
          client.on('error', error => (reason = error))
          client.on('end', () => void pool.retain(idle => idle !== client).catch(() => {}))
          signal.addEventListener('abort', () => client.disconnect(), { once: true })
          try {
            await client.connect()
            return client
          } catch (error) {
            ofCreate.add(reason ?? error)
            throw reason ?? error
          }
        },
        destroy: client => client.disconnect(),
      },
      {
        name: 'redis',
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

  const connections = async (): Promise<number> => {
    const client = new Redis(server!.url)
    const list = String(await client.client('LIST'))
    client.disconnect()
    return list.split('\n').filter(line => line.includes('name=pool-ioredis')).length
  }

  it('serves again after the server was killed and started: each acquire ends in a lease or a typed error', async function () {
    this.timeout(60_000)
    const load = new PoolLoad({ pool, work: client => client.incr('count'), isBroken, workers: 4 * MAX })
    await load.untilServed(2_000)
    assert.deepEqual(load.refusals, [])
    assert.equal(await connections(), MAX)

    await server!.crash()
    await load.until(() => load.refusals.length >= 100)
    await server!.start()
    const before = load.served
    await load.untilServed(2_000)
    await load.stop()

    assert.deepEqual(untyped(load.refusals, ofCreate), [])
    assert.ok([...ofCreate].every(error => (error as NodeJS.ErrnoException).code === 'ECONNREFUSED'))
    assert.equal(load.asked, load.served + load.failures.length + load.refusals.length)
    assert.ok(load.longestAcquireMillis < ACQUIRE_TIMEOUT_MILLIS + 1_000, `${load.longestAcquireMillis} ms`)
    assert.ok(load.largestSize <= MAX, `${load.largestSize} at once`)
    // What was served since, the new server has counted too.
    assert.equal(await pool.use(client => client.get('count')), String(load.served - before))

    assert.equal((await pool.drain()).clean, true)
    const { acquired, live, outcomes } = registry.stats()
    assert.deepEqual({ live, cleaned: outcomes.success }, { live: 0, cleaned: acquired })
  })

  it('keeps a client whose command the server refused', async () => {
    const id = await pool.use(client => client.client('ID'))
    await assert.rejects(
      pool.use(client => client.call('NOTHING'), { destroyOnError: isBroken }),
      { name: 'ReplyError' },
    )
    assert.equal(await pool.use(client => client.client('ID')), id)
  })

  it('gives each loan a connection of its own: a transaction sees nobody else’s commands', async () => {
    await pool.use(async client => {
      await client.set('balance', 10)
      await client.watch('balance')
      await pool.use(other => other.set('balance', 11))
      assert.equal(await client.multi().set('balance', 0).exec(), null)
    })
    assert.equal(await pool.use(client => client.get('balance')), '11')
  })

  it('destroys a client that is killed in use, and one that still waits for an answer', async () => {
    const killed = pool.use(
      async client => {
        const id = await client.client('ID')
        const blocked = client.blpop('empty', 0)
        await pool.use(other => other.client('KILL', 'ID', id))
        await blocked
      },
      { destroyOnError: isBroken },
    )
    await assert.rejects(killed, /Connection is closed/)
    assert.equal(pool.status().size, 1)
    const slow = new Redis(server!.url, { lazyConnect: true, commandTimeout: 20 })
    const timedOut = createPool<Redis>(
      { create: () => slow.connect().then(() => slow), destroy: client => client.disconnect() },
      { registry },
    )
    await assert.rejects(
      timedOut.use(client => client.blpop('empty', 1), { destroyOnError: isBroken }),
      /Command timed out/,
    )
    assert.equal(timedOut.status().idle, 0)
    assert.equal((await timedOut.drain()).clean, true)
  })
})
