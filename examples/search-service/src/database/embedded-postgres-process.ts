/**
 * The embedded Postgres: PGlite behind a TCP socket, in a process of its own, because starting it computes for some
 * seconds and each of its queries blocks the thread that it runs on. It ends when it is told to, or with its parent.
 */
import { PGlite } from '@electric-sql/pglite'
import { PGLiteSocketServer } from '@electric-sql/pglite-socket'

// Ctrl-C reaches every process of the terminal; the database must outlive the program's own cleanup.
process.on('SIGINT', () => undefined)
process.on('SIGTERM', () => undefined)
process.once('disconnect', () => process.exit())

const engine = await PGlite.create()
// The program uses one connection at a time, but the next may arrive before the end of the last has been noticed here.
const server = new PGLiteSocketServer({ db: engine, host: '127.0.0.1', port: 0, maxConnections: 8 })
await server.start()

process.once('message', () => {
  void server
    .stop()
    .then(() => engine.close())
    .finally(() => process.disconnect())
})
process.send?.(server.getServerConn())
