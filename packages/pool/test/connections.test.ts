import assert from 'node:assert/strict'
import { once } from 'node:events'
import { connect, createServer, type AddressInfo, type Socket } from 'node:net'
import { createPool } from '../src/index.ts'
import { turns, Workshop } from './workshop.ts'

const CONNECTIONS = 200
const CALLERS = 1_000

interface Connection {
  readonly socket: Socket
  borrowed: number
}

describe('a pool of TCP connections', () => {
  it('lends each as often, all at once, and closes all', async function () {
    this.timeout(30_000)
    let open = 0
    const server = createServer(socket => {
      open++
      socket.on('close', () => open--)
      socket.pipe(socket)
    }).listen({ port: 0, host: '127.0.0.1', backlog: 1_024 })
    await once(server, 'listening')
    const { port } = server.address() as AddressInfo

    const all: Connection[] = []
    const pool = createPool<Connection>(
      {
        async create(signal) {
          const socket = connect({ port, host: '127.0.0.1' })
          await once(socket, 'connect', { signal })
          const connection = { socket, borrowed: 0 }
          all.push(connection)
          return connection
        },
        async destroy({ socket }) {
          socket.destroy()
          await once(socket, 'close')
        },
      },
      { name: 'loopback', max: CONNECTIONS, registry: new Workshop().registry },
    )
    let calls = 0
    const call = async (): Promise<void> => {
      await using lease = await pool.acquire()
      calls++
      const { socket } = lease.value
      lease.value.borrowed++
      socket.write('.')
      await once(socket, 'data')
    }
    // All are out before the first comes back: an answer takes longer than all the asking.
    for (let called = 0; called < CALLERS; called += CONNECTIONS) {
      await Promise.all(Array.from({ length: CONNECTIONS }, call))
    }
    assert.equal(all.length, CONNECTIONS)
    assert.deepEqual([...new Set(all.map(({ borrowed }) => borrowed))], [CALLERS / CONNECTIONS])
    assert.equal(calls, CALLERS)

    assert.equal((await pool.drain()).clean, true)
    server.close()
    await once(server, 'close')
    await turns()
    assert.equal(open, 0)
    assert(all.every(({ socket }) => socket.closed))
  })
})
