import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { connect, createServer } from 'node:net'
import type { AddressInfo, Server, Socket } from 'node:net'

/** A back end that misbehaves, on a real TCP port. */
export interface BackEnd extends AsyncDisposable {
  readonly url: string
  /** Resolves when something has connected; at once where nothing can. */
  readonly visited: Promise<void>
}

type Behaviour = (socket: Socket) => void

const http = (status: string, body: string, more = ''): string =>
  `HTTP/1.1 ${status}\r\nContent-Length: ${body.length}\r\n${more}\r\n${body}`

const behaviours = {
  'accepts and never answers': socket => void socket.resume(),
  'accepts and never reads': socket => void socket.pause(),
  'hangs up at once': socket => void socket.destroy(),
  'answers 400': socket =>
    void socket.once('data', () => socket.end(http('400 Bad Request', 'no such thing'))),
  'answers 500': socket => void socket.once('data', () => socket.end(http('500 Oh', 'broken'))),
  'answers 503': socket => void socket.once('data', () => socket.end(http('503 Later', 'busy'))),
  'answers 503 and asks for an hour': socket =>
    void socket.once('data', () => socket.end(http('503 Later', 'busy', 'Retry-After: 3600\r\n'))),
  'redirects to itself': socket =>
    void socket.once('data', () => socket.end(http('302 Found', '', 'Location: /\r\n'))),
  'answers garbage': socket => void socket.once('data', () => socket.end('\u0000\u0001 not http\r\n\r\n')),
  'answers 200 with garbage': socket =>
    void socket.once('data', () => socket.end(http('200 OK', '\u0007garbage'))),
  'never ends its answer': socket => {
    socket.once('data', () => socket.write('HTTP/1.1 200 OK\r\nContent-Length: 1000000\r\n\r\nx'))
  },
  'answers without end': socket => {
    const chunk = Buffer.alloc(65_536)
    socket.once('data', () => {
      socket.write('HTTP/1.1 200 OK\r\nConnection: close\r\n\r\n')
      const more = (): void => {
        while (!socket.destroyed && socket.write(chunk));
      }
      socket.on('drain', more)
      more()
    })
  },
} satisfies Record<string, Behaviour>

export type BackEndKind = keyof typeof behaviours | 'refuses' | 'does not take connections'

export const backEndKinds: BackEndKind[] = [
  'refuses',
  'does not take connections',
  ...(Object.keys(behaviours) as (keyof typeof behaviours)[]),
]

export async function startBackEnd(kind: BackEndKind): Promise<BackEnd> {
  if (kind === 'refuses') return refusing()
  if (kind === 'does not take connections') return saturated()
  const behave: Behaviour = behaviours[kind]
  const sockets = new Set<Socket>()
  const server = createServer(socket => {
    sockets.add(socket)
    socket.on('error', () => {})
    socket.once('close', () => sockets.delete(socket))
    behave(socket)
  })
  const visited = once(server, 'connection').then(() => {})
  const port = await listen(server)
  return {
    url: `http://127.0.0.1:${port}`,
    visited,
    async [Symbol.asyncDispose]() {
      for (const socket of sockets) socket.destroy()
      server.close()
      await once(server, 'close')
    },
  }
}

async function listen(server: Server): Promise<number> {
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  return (server.address() as AddressInfo).port
}

async function refusing(): Promise<BackEnd> {
  const server = createServer()
  const port = await listen(server)
  server.close()
  await once(server, 'close')
  const visited = Promise.resolve()
  return { url: `http://127.0.0.1:${port}`, visited, [Symbol.asyncDispose]: async () => {} }
}

/** Listens and never accepts: with its queue full, further connections stay in the air, as on a dead network. */
async function saturated(): Promise<BackEnd> {
  const program = `
    const server = require('node:net').createServer().listen({ port: 0, host: '127.0.0.1', backlog: 1 }, () => {
      require('node:fs').writeSync(1, server.address().port + '\\n')
      Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0)
    })`
  const child = spawn(process.execPath, ['-e', program], { stdio: ['ignore', 'pipe', 'inherit'] })
  const [line] = (await once(child.stdout, 'data')) as [Buffer]
  const port = Number(line)
  const fillers: Socket[] = []
  // Linux takes backlog + 1.
  for (let i = 0; i < 2; i++) {
    const filler = connect(port, '127.0.0.1')
    filler.on('error', () => {})
    fillers.push(filler)
    await once(filler, 'connect')
  }
  return {
    url: `http://127.0.0.1:${port}`,
    visited: Promise.resolve(),
    async [Symbol.asyncDispose]() {
      for (const filler of fillers) filler.destroy()
      child.kill('SIGKILL')
      await once(child, 'exit')
    },
  }
}
