import assert from 'node:assert/strict'
import { once } from 'node:events'
import { createServer, type Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import { runInNewContext } from 'node:vm'
import { ResourceRegistry } from '@leasehold/core'
import { createPool, type Pool } from '@leasehold/pool'
import { Redis } from 'ioredis'
import pg from 'pg'
import { Client, errors, fetch } from 'undici'
import {
  CLIENT_ERRORS,
  type ClientError,
  type ClientName,
} from '../../packages/core/scripts/client-errors.ts'
import { eventually } from '../backends/daemon.ts'
import { startPostgres, type RealPostgres } from '../backends/postgres.ts'
import { startRedis, type RealRedis } from '../backends/redis.ts'

const LOST = 'Connection terminated unexpectedly'

/** Brings an error about, with a client that is on loan. */
type Provocation<T> = (client: T) => Promise<unknown>

/** The rule as the reference shows it. */
function ruleOf(name: ClientName): (error: unknown) => boolean {
  return runInNewContext(`(${CLIENT_ERRORS[name].rule})`, { pg, errors }) as (error: unknown) => boolean
}

/** What the reference says of an error. */
function rowOf(name: ClientName, error: string): ClientError {
  const row = CLIENT_ERRORS[name].errors.find(each => each.error.includes(error))
  assert.ok(row, `${name}: nothing says ${error}`)
  return row
}

/** All that one can tell an error by. */
function marksOf(error: unknown): string {
  const { name, code, message, cause } = error as NodeJS.ErrnoException
  return [name, code, message, cause === undefined ? '' : marksOf(cause)].join(' ')
}

async function rejection(promise: Promise<unknown>): Promise<unknown> {
  try {
    await promise
  } catch (error) {
    return error
  }
  return assert.fail('it went well')
}

/** The error is the one of that row, the rule decides as the row says, and a client that is kept works. */
async function assertRow<T>(
  name: ClientName,
  error: string,
  pool: Pool<T>,
  provoke: Provocation<T>,
  works: Provocation<T>,
): Promise<void> {
  const row = rowOf(name, error)
  const failure = await rejection(pool.use(provoke, { destroyOnError: ruleOf(name) }))
  // How a connection that is lost says so is the kernel's choice; a row that names several may have any.
  const names = error === LOST ? row.error.replaceAll('`', '').split(', ') : [error]
  const marks = marksOf(failure)
  assert.ok(
    names.some(each => marks.includes(each)),
    `${marks} is not ${names.join(' or ')}`,
  )
  assert.equal(pool.status().idle, row.loan === 'keep' ? 1 : 0, `${row.loan} after ${marks}`)
  await pool.use(works)
  assert.equal((await pool.drain()).clean, true)
}

describe('the errors of clients, as docs/errors.md has them', function () {
  this.timeout(60_000)
  const registry = new ResourceRegistry()

  describe('pg', () => {
    let server: RealPostgres | undefined
    before(async function () {
      server = await startPostgres(this)
    })
    after(() => server?.stop())

    const connect = async (options: pg.ClientConfig = {}): Promise<pg.Client> => {
      const client = new pg.Client({ connectionString: server!.url, ...options })
      client.on('error', () => undefined)
      await client.connect()
      return client
    }
    const elsewhere = async (sql: string): Promise<void> => {
      const client = await connect()
      await client.query(sql)
      await client.end()
    }
    const pidOf = async (client: pg.Client): Promise<number> =>
      (await client.query<{ pid: number }>('SELECT pg_backend_pid() AS pid')).rows[0]!.pid
    const slow: pg.QueryConfig & { query_timeout: number } = {
      text: 'SELECT pg_sleep(0.3)',
      query_timeout: 10,
    }

    const provocations: Readonly<Record<string, Provocation<pg.Client>>> = {
      '42601': client => client.query('SELEC'),
      '42703': client => client.query('SELECT x'),
      '25P02': async client => {
        await client.query('BEGIN')
        await client.query('SELECT x').catch(() => undefined)
        try {
          await client.query('SELECT 1')
        } finally {
          await client.query('ROLLBACK')
        }
      },
      '40P01': async client => {
        await client.query('CREATE TEMP TABLE mine (id int)')
        await client.query('BEGIN')
        await client.query('SELECT pg_advisory_xact_lock(1)')
        const other = await connect()
        await other.query('BEGIN')
        await other.query('SELECT pg_advisory_xact_lock(2)')
        // Whoever has waited for deadlock_timeout looks for one: this one is to be found guilty.
        await other.query(`SET LOCAL deadlock_timeout = '10s'`)
        await client.query(`SET LOCAL deadlock_timeout = '10ms'`)
        const theirs = other.query('SELECT pg_advisory_xact_lock(1)')
        try {
          await client.query('SELECT pg_advisory_xact_lock(2)')
        } finally {
          await client.query('ROLLBACK')
          await theirs
          await other.end()
        }
      },
      '57014': async client => {
        await client.query(`SET statement_timeout = '10ms'`)
        try {
          await client.query('SELECT pg_sleep(1)')
        } finally {
          await client.query('RESET statement_timeout')
        }
      },
      '57P01': client => client.query('SELECT pg_terminate_backend(pg_backend_pid())'),
      '25P03': async client => {
        await client.query(`SET idle_in_transaction_session_timeout = '10ms'`)
        const told = once(client, 'error')
        await client.query('BEGIN')
        const [error] = (await told) as [Error]
        throw error
      },
      [LOST]: async client => {
        const pid = await pidOf(client)
        const waiting = client.query('SELECT pg_sleep(10)')
        // Nobody is asked: the session's process is gone as in a crash, without a word to the client.
        process.kill(pid, 'SIGKILL')
        try {
          await waiting
        } finally {
          // The server has ended all its sessions, and refuses new ones until it has recovered.
          await eventually(() => elsewhere('SELECT 1').then(() => true))
        }
      },
      'Query read timeout': client => client.query(slow),
      'Client was closed and is not queryable': async client => {
        await client.end()
        await client.query('SELECT 1')
      },
      'Client has encountered a connection error and is not queryable': async client => {
        const ended = new Promise<void>(resolve => client.once('end', () => resolve()))
        await elsewhere(`SELECT pg_terminate_backend(${await pidOf(client)})`)
        await ended
        await client.query('SELECT 1')
      },
    }
    for (const [error, provoke] of Object.entries(provocations)) {
      it(error, async () => {
        const pool = createPool<pg.Client>(
          { create: () => connect(), destroy: client => client.end() },
          { registry },
        )
        const works: Provocation<pg.Client> = client => client.query('SELECT 1')
        await assertRow('pg', error, pool, provoke, works)
      })
    }

    const failing: Readonly<Record<string, pg.ClientConfig>> = {
      ECONNREFUSED: { connectionString: 'postgres://127.0.0.1:1/x' },
      ENOTFOUND: { connectionString: 'postgres://nowhere.invalid/x' },
      '28P01': { password: 'wrong', user: 'leasehold' },
      '3D000': { database: 'absent' },
    }
    for (const [error, options] of Object.entries(failing)) {
      it(`${error}, of create`, async () => {
        assert.equal(rowOf('pg', error).loan, 'none')
        const { hostname, port, password } = new URL(server!.url)
        const parts = { host: hostname, port: Number(port), user: 'leasehold', database: 'postgres' }
        const config =
          options.connectionString === undefined
            ? { ...parts, password: decodeURIComponent(password), connectionString: undefined, ...options }
            : options
        const pool = createPool<pg.Client>(
          { create: () => connect(config), destroy: client => client.end() },
          { registry },
        )
        assert.ok(marksOf(await rejection(pool.acquire())).includes(error))
        assert.equal(pool.status().size, 0)
        await pool.drain()
      })
    }
  })

  describe('ioredis', () => {
    let server: RealRedis | undefined
    before(async function () {
      server = await startRedis(this)
    })
    after(() => server?.stop())

    const provocations: Readonly<Record<string, Provocation<Redis>>> = {
      WRONGTYPE: async client => {
        await client.set('text', 'x')
        await client.lpush('text', 'y')
      },
      EXECABORT: async client => {
        await client.multi({ pipeline: false })
        await client.call('NOTHING').catch(() => undefined)
        await client.exec()
      },
      READONLY: async client => {
        await client.replicaof('127.0.0.1', 1)
        try {
          await client.set('text', 'x')
        } finally {
          await client.replicaof('NO', 'ONE')
        }
      },
      'Connection is closed.': async client => {
        const blocked = client.blpop('empty', 0)
        const other = new Redis(server!.url)
        const list = String(await other.client('LIST'))
        const id = /id=(\d+) .*cmd=blpop/.exec(list)?.[1]
        await other.client('KILL', 'ID', id!)
        other.disconnect()
        await blocked
      },
      'Command timed out': client => client.blpop('empty', 0.2),
      "Stream isn't writeable": async client => {
        client.disconnect()
        await client.ping()
      },
    }
    for (const [error, provoke] of Object.entries(provocations)) {
      it(error, async () => {
        const pool = createPool<Redis>(
          {
            create: async () => {
              const client = new Redis(server!.url, {
                lazyConnect: true,
                retryStrategy: () => null,
                enableOfflineQueue: false,
                ...(error === 'Command timed out' ? { commandTimeout: 50 } : {}),
              })
              client.on('error', () => undefined)
              await client.connect()
              return client
            },
            destroy: client => client.disconnect(),
          },
          { registry },
        )
        await assertRow('ioredis', error, pool, provoke, client => client.ping())
      })
    }
  })

  describe('undici and fetch', () => {
    let server: Server
    let origin: string
    before(async () => {
      server = createServer((request, response) => {
        if (request.url === '/never') return
        if (request.url === '/cut') request.socket.destroy()
        else if (request.url === '/half') response.writeHead(200, { 'content-length': '9' }).write('half')
        else if (request.url === '/torn') {
          response.writeHead(200, { 'content-length': '9' }).write('torn', () => request.socket.destroy())
        } else response.end('whole')
      }).listen(0, '127.0.0.1')
      await once(server, 'listening')
      origin = `http://127.0.0.1:${(server.address() as AddressInfo).port}`
    })
    after(() => {
      server.close()
      server.closeAllConnections()
    })

    const poolOf = (): Pool<Client> =>
      createPool<Client>(
        {
          create: () => new Client(origin, { headersTimeout: 50, bodyTimeout: 50 }),
          destroy: client => client.destroy(),
        },
        { registry },
      )
    const request = async (client: Client, path: string, signal?: AbortSignal): Promise<string> => {
      const { body } = await client.request({ path, method: 'GET', signal: signal ?? null })
      return await body.text()
    }
    const get = async (client: Client, path: string, signal?: AbortSignal): Promise<string> => {
      const response = await fetch(origin + path, { dispatcher: client, signal: signal ?? null })
      return await response.text()
    }
    const paths: readonly [error: string, path: string][] = [
      ['UND_ERR_SOCKET', '/cut'],
      ['UND_ERR_SOCKET', '/torn'],
      ['UND_ERR_HEADERS_TIMEOUT', '/never'],
      ['UND_ERR_BODY_TIMEOUT', '/half'],
    ]
    for (const [error, path] of paths) {
      it(`undici: ${error} of ${path}`, () =>
        assertRow(
          'undici',
          error,
          poolOf(),
          client => request(client, path),
          client => request(client, '/'),
        ))
      it(`fetch: ${error} of ${path}`, () =>
        assertRow(
          'fetch',
          error,
          poolOf(),
          client => get(client, path),
          client => get(client, '/'),
        ))
    }
    for (const [name, ask] of [
      ['undici', request],
      ['fetch', get],
    ] as const) {
      it(`${name}: a request that is called off`, () =>
        assertRow(
          name,
          'TimeoutError',
          poolOf(),
          client => ask(client, '/never', AbortSignal.timeout(10)),
          client => ask(client, '/'),
        ))
      it(`${name}: a client that somebody has closed`, () =>
        assertRow(
          name,
          'UND_ERR_DESTROYED',
          poolOf(),
          async client => {
            await client.close()
            await ask(client, '/')
          },
          client => ask(client, '/'),
        ))
    }

    it('undici: nobody listens', async () => {
      const pool = createPool<Client>(
        { create: () => new Client('http://127.0.0.1:1'), destroy: client => client.destroy() },
        { registry },
      )
      const failure = await rejection(
        pool.use(client => request(client, '/'), { destroyOnError: ruleOf('undici') }),
      )
      assert.equal((failure as NodeJS.ErrnoException).code, 'ECONNREFUSED')
      assert.equal(pool.status().idle, 1)
      await pool.drain()
    })
  })
})
