import assert from 'node:assert/strict'
import { once } from 'node:events'
import { request } from 'node:http'
import type { IncomingMessage } from 'node:http'
import { connect } from 'node:net'
import { processClock } from '@leasehold/core'
import { MAX_WATCHERS } from '../../src/live/live-feed.ts'
import { LivePage } from '../../src/live/live-page.ts'
import { ProblemLog } from '../../src/problem-log.ts'
import { ScrapeServer } from '../../src/prometheus/scrape-server.ts'

interface Asked {
  method?: string
  headers?: Record<string, string>
}

describe('the live page, served', () => {
  const servers: ScrapeServer[] = []
  let page: LivePage

  async function start(path: string = '/'): Promise<ScrapeServer> {
    const problems = new ProblemLog()
    page = new LivePage({ path, state: async () => '{"a":1}', clock: processClock, problems })
    const scrape = async (): Promise<string> => 'up 1\n'
    const server = new ScrapeServer({
      host: '127.0.0.1',
      port: 0,
      path: '/metrics',
      scrape,
      live: page,
      problems,
    })
    servers.push(server)
    await server.listening
    return server
  }

  afterEach(async () => {
    await Promise.all(servers.splice(0).map(server => server.close()))
  })

  async function open(server: ScrapeServer, path: string, o: Asked = {}): Promise<IncomingMessage> {
    const port = server.endpoint?.port
    const sent = request({
      host: '127.0.0.1',
      port,
      path,
      method: o.method ?? 'GET',
      headers: o.headers ?? {},
    })
    sent.end()
    const [response] = (await once(sent, 'response')) as [IncomingMessage]
    response.on('error', () => {})
    return response.setEncoding('utf8')
  }

  async function ask(
    server: ScrapeServer,
    path: string,
    o: Asked = {},
  ): Promise<{ status: number; type: string; body: string; headers: IncomingMessage['headers'] }> {
    const response = await open(server, path, o)
    let body = ''
    for await (const chunk of response) body += String(chunk)
    const { statusCode: status = 0, headers } = response
    return { status, body, headers, type: headers['content-type'] ?? '' }
  }

  it('is at its path, with all that it asks for, and says where', async () => {
    const server = await start()
    assert.equal(server.liveEndpoint?.url, `http://127.0.0.1:${server.endpoint?.port}/`)
    const { status, type, body } = await ask(server, '/')
    assert.deepEqual([status, type], [200, 'text/html; charset=utf-8'])
    const wanted = [...body.matchAll(/(?:href|src)="(live\/[^"]+)"/g)].map(([, name]) => name)
    assert.deepEqual(new Set(wanted), new Set(['live/icon.svg', 'live/page.css', 'live/main.js']))
    const missing = new Set(wanted)
    for (const name of missing) {
      const file = await ask(server, `/${name}`)
      assert.equal(file.status, 200, name)
      assert.equal(Buffer.byteLength(file.body), Number(file.headers['content-length']))
      for (const [, other] of file.body.matchAll(/from '\.\/([^']+)'/g)) missing.add(`live/${other}`)
    }
    assert.ok(missing.size > 10, 'its modules too')
    assert.equal((await ask(server, '/?x=1')).status, 200)
    assert.equal((await ask(server, '/metrics')).body, 'up 1\n')
  })

  it('is guarded by its headers, on every answer of its own', async () => {
    const server = await start()
    for (const path of ['/', '/live/page.css', '/live/main.js']) {
      const { headers } = await ask(server, path)
      const policy = String(headers['content-security-policy'])
      assert.match(
        policy,
        /^default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self'; connect-src 'self'/,
      )
      assert.match(policy, /base-uri 'none'; form-action 'none'; frame-ancestors 'none'/)
      assert.doesNotMatch(policy, /unsafe|\*|http:|https:|data:/)
      assert.equal(headers['x-content-type-options'], 'nosniff')
      assert.equal(headers['referrer-policy'], 'no-referrer')
      assert.equal(headers['cross-origin-resource-policy'], 'same-origin')
      assert.equal(headers['access-control-allow-origin'], undefined)
    }
  })

  it('has no script, style or handler within its HTML, and names no other site', async () => {
    const { body } = await ask(await start(), '/')
    assert.doesNotMatch(body, /<style| style=| on[a-z]+=|<script(?![^>]* src=)|https?:\/\//)
  })

  it('answers HEAD without a body, the feed too', async () => {
    const server = await start()
    const { status, body, headers } = await ask(server, '/', { method: 'HEAD' })
    assert.deepEqual([status, body], [200, ''])
    assert.ok(Number(headers['content-length']) > 0)
    const feed = await ask(server, '/live/events', { method: 'HEAD' })
    assert.deepEqual([feed.status, feed.type, feed.body], [200, 'text/event-stream; charset=utf-8', ''])
    assert.equal(page.feed.watchers, 0)
  })

  for (const [path, o, status] of [
    ['/', { method: 'POST' }, 405],
    ['/live/events', { method: 'DELETE' }, 405],
    ['/', { headers: { Host: 'evil.example' } }, 403],
    ['/live/events', { headers: { Host: 'evil.example' } }, 403],
    ['/live/events', { headers: { 'Sec-Fetch-Site': 'cross-site' } }, 403],
    ['/live/events', { headers: { 'Sec-Fetch-Site': 'same-site' } }, 403],
    ['/live/', {}, 404],
    ['/live/nothing.js', {}, 404],
    ['/live/../live/main.js', {}, 404],
    ['/live/..%2fpackage.json', {}, 404],
    ['/live/main.d.ts', {}, 404],
    ['/live/constructor', {}, 404],
    ['/favicon.ico', {}, 404],
    ['//', {}, 404],
  ] as const) {
    it(`answers ${JSON.stringify(o)} for ${path} with ${status}`, async () => {
      const answer = await ask(await start(), path, o)
      assert.equal(answer.status, status)
      assert.equal(page.feed.watchers, 0)
    })
  }

  it('may be elsewhere, where it is found without its last slash too', async () => {
    const server = await start('/debug/now/')
    assert.equal((await ask(server, '/debug/now/')).status, 200)
    assert.equal((await ask(server, '/debug/now/live/page.css')).status, 200)
    const { status, headers } = await ask(server, '/debug/now')
    assert.deepEqual([status, headers.location], [308, 'now/'])
    const nothing = await ask(server, '/')
    assert.deepEqual(
      [nothing.status, nothing.body],
      [404, 'Not here: metrics are at /metrics, the live page at /debug/now/\n'],
    )
  })

  it('feeds who watches, and forgets who goes', async () => {
    const server = await start()
    const response = await open(server, '/live/events')
    assert.equal(response.headers['content-type'], 'text/event-stream; charset=utf-8')
    assert.deepEqual(await once(response, 'data'), ['event: state\ndata: {"a":1}\n\n'])
    assert.equal(page.feed.watchers, 1)
    response.destroy()
    while (page.feed.watchers > 0) await new Promise(resolve => setImmediate(resolve))
  })

  it('refuses one watcher too many, and goes on answering', async () => {
    const server = await start()
    const watching = await Promise.all(
      Array.from({ length: MAX_WATCHERS }, () => open(server, '/live/events')),
    )
    assert.equal((await ask(server, '/live/events')).status, 503)
    assert.equal((await ask(server, '/')).status, 200)
    assert.equal((await ask(server, '/metrics')).status, 200)
    for (const response of watching) response.destroy()
  })

  it('is not cut off by who only holds connections, nor by the limit of an answer', async () => {
    const server = await start()
    const response = await open(server, '/live/events')
    let isClosed = false
    response.once('close', () => (isClosed = true))
    const silent = Array.from({ length: 100 }, () => connect(server.endpoint?.port ?? 0, '127.0.0.1'))
    for (const socket of silent) socket.on('error', () => {})
    await Promise.all(silent.map(socket => once(socket, 'connect')))
    assert.equal((await ask(server, '/metrics')).status, 200)
    assert.equal(isClosed, false)
    for (const socket of silent) socket.destroy()
    response.destroy()
  })

  it('says goodbye at a shutdown, which does not wait for who watches', async () => {
    const server = await start()
    const reading = await open(server, '/live/events')
    const silent = await open(server, '/live/events')
    silent.pause()
    let text = ''
    reading.on('data', chunk => (text += String(chunk)))
    const ended = once(reading, 'close')
    const begun = performance.now()
    await server.close()
    // Less than what a scrape that runs is granted.
    assert.ok(performance.now() - begun < 400)
    await ended
    assert.match(text, /event: end\n/)
    assert.equal(server.liveEndpoint, undefined)
  })
})
