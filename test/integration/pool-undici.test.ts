import assert from 'node:assert/strict'
import { once } from 'node:events'
import { createServer, type RequestListener, type Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import { ResourceRegistry } from '@leasehold/core'
import { createPool, type Pool } from '@leasehold/pool'
import { Client, errors, fetch } from 'undici'
import { PoolLoad, untyped } from './pool-load.ts'

const MAX = 8

/** A client connects anew by itself: it is of no more use only when it was closed. */
function isBroken(error: unknown): boolean {
  return error instanceof errors.ClientDestroyedError || error instanceof errors.ClientClosedError
}

const ask = async (client: Client, path = '/'): Promise<string> => {
  const { body } = await client.request({ path, method: 'GET' })
  // Before the loan ends: the next borrower's request would wait for whoever reads it.
  return await body.text()
}

describe('a pool of undici clients, with a local server', () => {
  let server: Server
  let port = 0
  let connections: number
  let registry: ResourceRegistry
  let pool: Pool<Client>

  const answer: RequestListener = (request, response) => {
    if (request.url === '/never') return
    if (request.url === '/cut') {
      request.socket.destroy()
      return
    }
    response.statusCode = request.url === '/fails' ? 500 : 200
    response.end('answer')
  }
  async function listen(): Promise<void> {
    server = createServer(answer).listen(port, '127.0.0.1')
    server.on('connection', () => connections++)
    await once(server, 'listening')
    port = (server.address() as AddressInfo).port
  }
  async function close(): Promise<void> {
    const closed = once(server, 'close')
    server.close()
    server.closeAllConnections()
    await closed
  }

  beforeEach(async () => {
    connections = 0
    port = 0
    await listen()
    registry = new ResourceRegistry()
    pool = createPool<Client>(
      {
        create: () => new Client(`http://127.0.0.1:${port}`, { headersTimeout: 200 }),
        destroy: client => client.destroy(),
      },
      { name: 'api', max: MAX, registry },
    )
  })
  afterEach(async () => {
    await pool.drain({ force: true })
    await close()
  })

  it('serves again after the server was restarted under load, over at most max connections at a time', async function () {
    this.timeout(60_000)
    const load = new PoolLoad({ pool, work: client => ask(client), isBroken, workers: 4 * MAX })
    await load.untilServed(1_000)
    assert.ok(connections <= MAX, `${connections} connections`)
    await close()
    await load.until(() => load.failures.length >= 100)
    await listen()
    await load.untilServed(1_000)
    await load.stop()

    // A client is made without a connection: no acquire has noticed anything.
    assert.deepEqual(untyped(load.refusals, new Set()), [])
    assert.deepEqual(load.refusals, [])
    assert.equal(load.asked, load.served + load.failures.length)
    const codes = new Set(load.failures.map(error => (error as NodeJS.ErrnoException).code))
    assert.ok(codes.has('ECONNREFUSED'), [...codes].join())
    assert.ok(connections <= 2 * MAX, `${connections} connections`)
    assert.ok(load.largestSize <= MAX)
    assert.equal((await pool.drain()).clean, true)
    const { acquired, live, outcomes } = registry.stats()
    assert.deepEqual({ live, cleaned: outcomes.success }, { live: 0, cleaned: acquired })
  })

  for (const [path, code] of [
    ['/cut', 'UND_ERR_SOCKET'],
    ['/never', 'UND_ERR_HEADERS_TIMEOUT'],
  ] as const) {
    it(`keeps a client after ${code}: it connects anew`, async () => {
      await assert.rejects(
        pool.use(client => ask(client, path), { destroyOnError: isBroken }),
        { code },
      )
      assert.equal(pool.status().idle, 1)
      assert.equal(await pool.use(client => ask(client)), 'answer')
    })
  }

  it('keeps a client after a request that was called off', async () => {
    const used = pool.use(
      client => client.request({ path: '/never', method: 'GET', signal: AbortSignal.timeout(10) }),
      { destroyOnError: isBroken },
    )
    await assert.rejects(used, { name: 'TimeoutError' })
    assert.equal(await pool.use(client => ask(client)), 'answer')
  })

  it('destroys a client that somebody has closed', async () => {
    await pool.use(client => client.close())
    await assert.rejects(
      pool.use(client => ask(client), { destroyOnError: isBroken }),
      errors.ClientDestroyedError,
    )
    assert.equal(pool.status().idle, 0)
    assert.equal(await pool.use(client => ask(client)), 'answer')
  })

  it('has fetch use the client on loan; its failures hide the code in their cause', async () => {
    const get = (path: string): Promise<string> =>
      pool.use(async client => {
        const response = await fetch(`http://127.0.0.1:${port}${path}`, { dispatcher: client })
        return `${response.status} ${await response.text()}`
      })
    assert.equal(await get('/'), '200 answer')
    // No error at all: whoever wants one looks at the status.
    assert.equal(await get('/fails'), '500 answer')
    await assert.rejects(get('/cut'), (error: TypeError) => {
      assert.equal(error.message, 'fetch failed')
      assert.equal((error.cause as NodeJS.ErrnoException).code, 'UND_ERR_SOCKET')
      return true
    })
    assert.equal(await get('/'), '200 answer')
  })
})
