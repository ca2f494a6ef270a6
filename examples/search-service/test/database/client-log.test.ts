import assert from 'node:assert/strict'
import { once } from 'node:events'
import { connect as dial, createServer, Socket } from 'node:net'
import type { AddressInfo } from 'node:net'
import { ResourceRegistry } from '@leasehold/core'
import { createPool } from '@leasehold/pool'
import pg from 'pg'
import sinon from 'sinon'
import { ClientLog, isBroken } from '../../src/database/client-log.ts'
import type { DatabaseConnection } from '../../src/database/database-connection.ts'

const answered = (severity: string): pg.DatabaseError =>
  Object.assign(new pg.DatabaseError('refused', 7, 'error'), { severity })
const unused = (): DatabaseConnection => ({ client: new pg.Client(), socket: new Socket() })

describe('isBroken', () => {
  it('keeps a client to which the server has answered, and no other', () => {
    assert.equal(isBroken(answered('ERROR')), false)
    assert.equal(isBroken(answered('FATAL')), true)
    assert.equal(isBroken(answered('PANIC')), true)
    assert.equal(isBroken(new Error('Query read timeout')), true)
    assert.equal(isBroken(new Error('Connection terminated unexpectedly')), true)
    assert.equal(isBroken('odd'), true)
  })

  it('goes by what pg really says of a connection that ends', async () => {
    const server = createServer(socket => socket.destroy()).listen(0, '127.0.0.1')
    await once(server, 'listening')
    const { port } = server.address() as AddressInfo
    const client = new pg.Client({ stream: () => dial(port), host: '127.0.0.1', port })
    client.on('error', () => undefined)
    await assert.rejects(client.connect(), (error: unknown) => isBroken(error))
    server.close()
  })
})

describe('ClientLog', () => {
  let clock: sinon.SinonFakeTimers
  beforeEach(() => {
    clock = sinon.useFakeTimers({ toFake: ['performance'] })
  })
  afterEach(() => clock.restore())

  it('counts as waits what a pool did not serve at once', async () => {
    const pool = createPool<object>(
      { create: () => ({}), destroy: () => undefined },
      { max: 1, registry: new ResourceRegistry() },
    )
    const log = new ClientLog()
    pool.on('acquire', ({ waitMillis }) => log.lent(waitMillis))
    clock.restore()
    const first = await pool.acquire()
    await first.release()
    const second = await pool.acquire()
    const third = pool.acquire()
    const fourth = pool.acquire()
    log.waiting(pool.status().waiting)
    await second.release()
    await (await third).release()
    await (await fourth).release()
    const { loans, waits, mostWaiting } = log.figures()
    // The first waited for the resource to be made, the second for nothing.
    assert.deepEqual({ loans, waits: waits.count, mostWaiting }, { loans: 4, waits: 3, mostWaiting: 2 })
    assert.equal((await pool.drain()).clean, true)
  })

  it('counts a client that breaks once, by what broke it', () => {
    const log = new ClientLog()
    const [lost, slow] = [unused(), unused()]
    log.broke(lost, new Error('Connection terminated unexpectedly'))
    log.broke(lost, new Error('Connection terminated unexpectedly'))
    log.broke(slow, new Error('Query read timeout'))
    const { lost: connections, queryTimeouts, recoveryMillis } = log.figures()
    assert.deepEqual(
      { connections, queryTimeouts, recoveryMillis },
      { connections: 1, queryTimeouts: 1, recoveryMillis: [] },
    )
  })

  it('takes for a recovery a client that was begun after one broke, one for each', () => {
    const log = new ClientLog()
    log.connected(performance.now())
    const begunBefore = performance.now()
    clock.tick(10)
    log.broke(unused(), new Error('Connection terminated unexpectedly'))
    clock.tick(5)
    log.connected(begunBefore)
    assert.deepEqual(log.figures().recoveryMillis, [])
    clock.tick(2)
    log.connected(performance.now())
    log.connected(performance.now())
    assert.deepEqual(log.figures().recoveryMillis, [7])
    assert.equal(log.figures().connected, 4)
  })

  it('tells an acquire that timed out from other failures', async () => {
    const log = new ClientLog()
    log.failed(new Error('relation does not exist'))
    const pool = createPool<object>(
      { create: () => new Promise(() => {}), destroy: () => undefined },
      { max: 1, registry: new ResourceRegistry() },
    )
    await pool.acquire({ timeoutMillis: 1 }).catch((error: unknown) => log.failed(error))
    assert.equal(log.figures().acquireTimeouts, 1)
    await pool.drain({ timeoutMillis: 0, force: true })
  })
})
