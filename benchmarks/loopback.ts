/** Connections to a server of this process, and how often each was borrowed. */
import { once } from 'node:events'
import { connect, createServer, type AddressInfo, type Socket } from 'node:net'

export interface Connection {
  readonly socket: Socket
  borrowed: number
}

/** Answers each byte with the same byte. */
export class Loopback {
  readonly connections: Set<Connection> = new Set()
  /** Open ends on the server's side. */
  open: number = 0
  readonly #server = createServer(socket => {
    this.open++
    socket.on('close', () => this.open--)
    socket.on('error', () => {})
    socket.pipe(socket)
  })

  static async listen(): Promise<Loopback> {
    const loopback = new Loopback()
    loopback.#server.listen({ port: 0, host: '127.0.0.1', backlog: 8_192 })
    await once(loopback.#server, 'listening')
    return loopback
  }

  async connect(signal: AbortSignal): Promise<Connection> {
    const { port } = this.#server.address() as AddressInfo
    const socket = connect({ port, host: '127.0.0.1', noDelay: true })
    await once(socket, 'connect', { signal })
    socket.on('error', () => {})
    const connection = { socket, borrowed: 0 }
    this.connections.add(connection)
    return connection
  }

  async use(connection: Connection): Promise<void> {
    connection.borrowed++
    connection.socket.write('.')
    await once(connection.socket, 'data')
  }

  async end({ socket }: Connection): Promise<void> {
    socket.destroy()
    if (!socket.closed) await once(socket, 'close')
  }

  async close(): Promise<void> {
    this.#server.close()
    await once(this.#server, 'close')
  }
}
