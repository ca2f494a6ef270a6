import assert from 'node:assert/strict'
import { once } from 'node:events'
import { request } from 'node:http'
import type { IncomingMessage } from 'node:http'
import { connect, createServer } from 'node:net'
import type { AddressInfo, Socket } from 'node:net'
import { isLeaseholdError } from '@leasehold/core'
import { ProblemLog } from '../../src/problem-log.ts'
import { ScrapeServer, type ScrapeServerOptions } from '../../src/prometheus/scrape-server.ts'
import { warningsDuring } from '../support/warnings.ts'

interface Answer {
  status: number
  headers: Record<string, string | string[] | undefined>
  body: string
}

describe('scrape server', () => {
  const servers: ScrapeServer[] = []

  async function start(options: Partial<ScrapeServerOptions> = {}): Promise<ScrapeServer> {
    const server = new ScrapeServer({
      host: '127.0.0.1',
      port: 0,
      path: '/metrics',
      scrape: async () => 'up 1\n',
      problems: new ProblemLog(),
      ...options,
    })
    servers.push(server)
    await server.listening
    return server
  }

  afterEach(async () => {
    await Promise.all(servers.splice(0).map(server => server.close()))
  })

  async function ask(
    server: ScrapeServer,
    o: { path?: string; method?: string; host?: string } = {},
  ): Promise<Answer> {
    const { port } = server.endpoint as { port: number }
    const headers = o.host === undefined ? {} : { Host: o.host }
    const sent = request({
      port,
      host: '127.0.0.1',
      path: o.path ?? '/metrics',
      method: o.method ?? 'GET',
      headers,
    })
    sent.end()
    const [response] = (await once(sent, 'response')) as [IncomingMessage]
    let body = ''
    response.setEncoding('utf8')
    for await (const chunk of response) body += String(chunk)
    return { status: response.statusCode ?? 0, headers: response.headers, body }
  }

  it('tells where it is once it listens, with the port that the system chose', async () => {
    const server = await start()
    const { url, host, port } = server.endpoint as { url: string; host: string; port: number }
    assert.ok(port > 0)
    assert.equal(host, '127.0.0.1')
    assert.equal(url, `http://127.0.0.1:${port}/metrics`)
  })

  it('answers in the text format, by its full type: Prometheus 3 refuses an answer without one', async () => {
    const { status, headers, body } = await ask(await start())
    assert.equal(status, 200)
    assert.equal(headers['content-type'], 'text/plain; version=0.0.4; charset=utf-8')
    assert.equal(body, 'up 1\n')
  })

  it('answers HEAD without a body, and a query', async () => {
    const server = await start()
    const head = await ask(server, { method: 'HEAD' })
    assert.deepEqual([head.status, head.body, head.headers['content-length']], [200, '', '5'])
    assert.equal((await ask(server, { path: '/metrics?name[]=up' })).status, 200)
  })

  for (const [o, status] of [
    [{ path: '/' }, 404],
    [{ path: '/metrics/' }, 404],
    [{ path: '//metrics' }, 404],
    [{ path: 'http://127.0.0.1/metrics' }, 404],
    [{ method: 'POST' }, 405],
    [{ method: 'DELETE' }, 405],
    [{ host: 'evil.example' }, 403],
    [{ host: 'localhost' }, 200],
  ] as const) {
    it(`answers ${JSON.stringify(o)} with ${status}`, async () => {
      assert.equal((await ask(await start(), o)).status, status)
    })
  }

  it('answers 500 when the collection fails, and goes on', async () => {
    let fails = true
    const server = await start({
      scrape: async () => {
        if (fails) throw new Error('secret detail')
        return 'up 1\n'
      },
    })
    const warnings = await warningsDuring(async () => {
      const { status, body } = await ask(server)
      assert.equal(status, 500)
      assert.doesNotMatch(body, /secret/)
      assert.equal((await ask(server)).status, 500)
    })
    assert.deepEqual(warnings, ['prometheus: a scrape failed: secret detail'])
    fails = false
    assert.equal((await ask(server)).status, 200)
  })

  it('rejects with ERR_TELEMETRY_LISTEN, host and port, when the port is in use', async () => {
    const other = createServer().listen(0, '127.0.0.1')
    await once(other, 'listening')
    const { port } = other.address() as AddressInfo
    const server = new ScrapeServer({
      host: '127.0.0.1',
      port,
      path: '/metrics',
      scrape: async () => '',
      problems: new ProblemLog(),
    })
    await assert.rejects(server.listening, (error: Error & { code: string; host: string; port: number }) => {
      assert.ok(isLeaseholdError(error))
      assert.deepEqual([error.code, error.host, error.port], ['ERR_TELEMETRY_LISTEN', '127.0.0.1', port])
      assert.equal(
        error.message,
        `telemetry: cannot listen on 127.0.0.1:${port} for Prometheus' scrapes: the port is in use`,
      )
      assert.equal((error.cause as NodeJS.ErrnoException).code, 'EADDRINUSE')
      return true
    })
    assert.equal(server.endpoint, undefined)
    await server.close()
    other.close()
    await once(other, 'close')
  })

  it("rejects with ERR_TELEMETRY_LISTEN when the host is not this machine's", async () => {
    const server = new ScrapeServer({
      host: '192.0.2.1',
      port: 0,
      path: '/metrics',
      scrape: async () => '',
      problems: new ProblemLog(),
    })
    await assert.rejects(server.listening, { code: 'ERR_TELEMETRY_LISTEN', host: '192.0.2.1' })
    await server.close()
  })

  it('closes although a connection is kept alive, and one never asks anything', async () => {
    const server = await start()
    const { port } = server.endpoint as { port: number }
    const sockets: Socket[] = [connect(port, '127.0.0.1'), connect(port, '127.0.0.1')]
    await Promise.all(sockets.map(socket => once(socket, 'connect')))
    sockets[0]?.write('GET /metrics HTTP/1.1\r\nHost: localhost\r\nConnection: keep-alive\r\n\r\n')
    await once(sockets[0] as Socket, 'data')
    const ended = Promise.all(sockets.map(socket => once(socket.resume(), 'close')))
    await server.close()
    await ended
    assert.equal(server.endpoint, undefined)
  })

  it('answers although others hold connections and are silent: those go', async () => {
    const server = await start()
    const { port } = server.endpoint as { port: number }
    const silent = Array.from({ length: 100 }, (_, i) => {
      const socket = connect(port, '127.0.0.1')
      socket.on('error', () => {})
      // Some never end their request.
      if (i % 2 === 1) socket.write('GET /metrics HTTP/1.1\r\n')
      return socket
    })
    await Promise.all(silent.map(socket => once(socket, 'connect')))
    for (let i = 0; i < 3; i++) assert.equal((await ask(server)).status, 200)
    for (const socket of silent) socket.destroy()
  })

  it('keeps those that wait for their answer, however many come', async () => {
    let answer: (text: string) => void = () => {}
    const text = new Promise<string>(resolve => (answer = resolve))
    let asked = 0
    let allAsked: () => void = () => {}
    const areAsked = new Promise<void>(resolve => (allAsked = resolve))
    const scrape = (): Promise<string> => {
      if (++asked === 64) allAsked()
      return text
    }
    const server = await start({ scrape })
    const waiting = Array.from({ length: 64 }, () => ask(server))
    await areAsked
    await assert.rejects(ask(server))
    answer('up 1\n')
    for (const { status } of await Promise.all(waiting)) assert.equal(status, 200)
    assert.equal((await ask(server)).status, 200)
  })

  it('closes a silent connection in seconds, and not in the half minute of the default', async function () {
    this.timeout(10_000)
    const server = await start()
    const { port } = server.endpoint as { port: number }
    const socket = connect(port, '127.0.0.1')
    await once(socket.resume(), 'close')
  })

  it('closes although a scrape hangs', async () => {
    let asked: () => void = () => {}
    const isAsked = new Promise<void>(resolve => (asked = resolve))
    const server = await start({
      scrape: () => {
        asked()
        return new Promise(() => {})
      },
    })
    const answer = ask(server)
    answer.catch(() => {})
    await isAsked
    await server.close()
    await assert.rejects(answer)
  })

  it('listens on IPv6 and writes its URL with brackets', async function () {
    const server = new ScrapeServer({
      host: '::1',
      port: 0,
      path: '/m',
      scrape: async () => '',
      problems: new ProblemLog(),
    })
    const isThere = await server.listening.then(
      () => true,
      () => false,
    )
    if (!isThere) this.skip()
    assert.match(server.endpoint?.url ?? '', /^http:\/\/\[::1\]:\d+\/m$/)
    await server.close()
  })
})
