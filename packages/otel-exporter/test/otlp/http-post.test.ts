import assert from 'node:assert/strict'
import { once } from 'node:events'
import { Agent } from 'node:http'
import { createServer } from 'node:net'
import type { AddressInfo } from 'node:net'
import { post, type HttpPost } from '../../src/otlp/http-post.ts'
import { startBackEnd } from '../support/back-ends.ts'
import { OtlpReceiver } from '../support/otlp-receiver.ts'

describe('HTTP post', () => {
  const agent = new Agent({ keepAlive: true })
  after(() => agent.destroy())

  const request = (url: string, more: Partial<HttpPost> = {}): HttpPost => ({
    url: new URL(url),
    headers: { 'X-Test': '1' },
    body: Buffer.from('hello'),
    agent,
    signal: new AbortController().signal,
    timeoutMillis: 200,
    stallMillis: 100,
    ...more,
  })

  it('sends body and headers and gives the answer', async () => {
    await using receiver = await OtlpReceiver.start()
    const { status, body } = await post(request(`${receiver.url}/v1/traces`))
    assert.deepEqual([status, body.toString()], [200, '{}'])
    const [received] = receiver.exports
    assert.deepEqual([received?.path, received?.body.toString()], ['/v1/traces', 'hello'])
    assert.equal(received?.headers['x-test'], '1')
    assert.equal(received?.headers['content-length'], '5')
  })

  it('uses its connection again', async () => {
    await using receiver = await OtlpReceiver.start()
    for (let i = 0; i < 3; i++) await post(request(receiver.url))
    assert.equal(Object.values(agent.freeSockets).flat().length, 1)
  })

  it('opens another connection where the back end has closed the one that was kept', async () => {
    // Answers, and then resets the connection at whatever comes next on it.
    let connections = 0
    const server = createServer(socket => {
      connections++
      socket.once('data', () => {
        socket.write('HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\n{}')
        socket.once('data', () => socket.resetAndDestroy())
      })
    })
    server.listen(0, '127.0.0.1')
    await once(server, 'listening')
    const { port } = server.address() as AddressInfo
    for (let i = 0; i < 3; i++) assert.equal((await post(request(`http://127.0.0.1:${port}`))).status, 200)
    assert.equal(connections, 3)
    server.close()
  })

  for (const [kind, expected] of [
    ['refuses', /ECONNREFUSED/],
    ['does not take connections', /nothing could be sent for 100 ms/],
    ['accepts and never answers', /no answer within 200 ms/],
    ['hangs up at once', /socket hang up|ECONNRESET|EPIPE/],
    ['answers garbage', /Parse Error/],
    ['never ends its answer', /no answer within 200 ms/],
    ['answers without end', /longer than 4194304 bytes/],
  ] as const) {
    it(`rejects when the back end ${kind}`, async () => {
      await using backEnd = await startBackEnd(kind)
      const more = kind === 'answers without end' ? { timeoutMillis: 10_000, stallMillis: 10_000 } : {}
      await assert.rejects(post(request(backEnd.url, more)), expected)
    })
  }

  it('rejects a body that the back end does not read', async () => {
    await using backEnd = await startBackEnd('accepts and never reads')
    const body = Buffer.alloc(32 * 1024 * 1024)
    await assert.rejects(
      post(request(backEnd.url, { body, timeoutMillis: 10_000 })),
      /nothing could be sent for 100 ms/,
    )
  })

  it('does not cut off a back end that is slow, and takes something now and then', async () => {
    const body = Buffer.alloc(24 * 1024 * 1024)
    let taken = 0
    const server = createServer(socket => {
      // A megabyte a tick.
      const more = setInterval(() => socket.resume(), 60)
      let soon = 0
      socket.on('data', (chunk: Buffer) => {
        taken += chunk.length
        soon += chunk.length
        if (soon > 1024 * 1024) {
          soon = 0
          socket.pause()
        }
        if (taken > body.length) socket.end('HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n')
      })
      socket.once('close', () => clearInterval(more))
      socket.on('error', () => {})
    })
    server.listen(0, '127.0.0.1')
    await once(server, 'listening')
    const { port } = server.address() as AddressInfo
    const slow = { body, stallMillis: 1_000, timeoutMillis: 20_000 }
    const begun = performance.now()
    try {
      assert.equal((await post(request(`http://127.0.0.1:${port}`, slow))).status, 200)
    } finally {
      server.close()
    }
    // Else it would say nothing.
    assert.ok(performance.now() - begun > 1_000, `${performance.now() - begun} ms`)
  })

  it('rejects with the reason of its signal, before and while it waits', async () => {
    await using backEnd = await startBackEnd('accepts and never answers')
    const reason = new Error('enough')
    const { signal } = Object.assign(new AbortController())
    await assert.rejects(post(request(backEnd.url, { signal: AbortSignal.abort(reason) })), reason)
    assert.ok(!signal.aborted)
    const controller = new AbortController()
    const waiting = post(request(backEnd.url, { signal: controller.signal, timeoutMillis: 10_000 }))
    await backEnd.visited
    controller.abort(reason)
    await assert.rejects(waiting, reason)
  })
})
