import { once } from 'node:events'
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import type { Server } from 'node:net'
import { createServer as createTcpServer, type Socket } from 'node:net'

export interface Received {
  readonly path: string
  readonly headers: IncomingMessage['headers']
  readonly body: unknown
}

type Answer = (response: ServerResponse, nth: number) => void

/** A server that takes what is posted. */
export class Receiver implements AsyncDisposable {
  readonly received: Received[] = []
  readonly #server: Server
  readonly #sockets: Set<Socket> = new Set()
  port: number = 0

  constructor(server: Server) {
    this.#server = server
    server.on('connection', socket => {
      this.#sockets.add(socket)
      socket.on('error', () => {})
      socket.on('close', () => this.#sockets.delete(socket))
    })
  }

  async close(): Promise<void> {
    this.#server.close()
    for (const socket of this.#sockets) socket.destroy()
    await once(this.#server, 'close')
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.close()
  }

  static async http(answer: Answer): Promise<Receiver> {
    const receiver: Receiver = new Receiver(
      createServer((request, response) => {
        void take(request).then(body => {
          receiver.received.push({ path: request.url ?? '', headers: request.headers, body })
          answer(response, receiver.received.length)
        })
      }),
    )
    return receiver.#listening()
  }

  /** One that answers any bytes with these. */
  static raw(answer: string): Promise<Receiver> {
    return new Receiver(createTcpServer(socket => socket.on('data', () => socket.end(answer)))).#listening()
  }

  async #listening(): Promise<this> {
    this.#server.listen(0, '127.0.0.1')
    await once(this.#server, 'listening')
    this.port = (this.#server.address() as AddressInfo).port
    return this
  }
}

async function take(request: IncomingMessage): Promise<unknown> {
  let text = ''
  for await (const chunk of request) text += String(chunk)
  return JSON.parse(text)
}
