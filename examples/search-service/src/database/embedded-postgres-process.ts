/**
 * The embedded Postgres: PGlite behind a TCP socket, in a process of its own, because starting it computes for some
 * seconds and each of its queries blocks the thread that it runs on. It ends when it is told to, or with its parent.
 */
import { subscribe } from 'node:diagnostics_channel'
import type { Socket } from 'node:net'
import { PGlite } from '@electric-sql/pglite'
import { PGLiteSocketServer } from '@electric-sql/pglite-socket'
import type { EmbeddedPostgresMessage } from './embedded-postgres.ts'

// Ctrl-C reaches every process of the terminal; the database must outlive the program's own cleanup.
process.on('SIGINT', () => undefined)
process.on('SIGTERM', () => undefined)
process.once('disconnect', () => process.exit())

// The socket server keeps its connections to itself; Node tells of each.
const connections = new Map<number | undefined, Socket>()
subscribe('net.server.socket', message => {
  const { socket } = message as { socket: Socket }
  const port = socket.remotePort
  connections.set(port, socket)
  socket.once('close', () => connections.delete(port))
})

const engine = await PGlite.create()
// The program uses one connection at a time, but the next may arrive before the end of the last has been noticed here.
const server = new PGLiteSocketServer({ db: engine, host: '127.0.0.1', port: 0, maxConnections: 8 })
await server.start()

process.on('message', (message: EmbeddedPostgresMessage) => {
  if (message !== 'stop') {
    connections.get(message.cutPort)?.destroy()
    return
  }
  void server
    .stop()
    .then(() => engine.close())
    .finally(() => process.disconnect())
})
process.send?.(server.getServerConn())
