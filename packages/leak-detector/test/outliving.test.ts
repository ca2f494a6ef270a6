import assert from 'node:assert/strict'
import { EventEmitter, once } from 'node:events'
import { Agent, createServer, get, type IncomingMessage, type Server, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import { ResourceRegistry, type Lease } from '@leasehold/core'
import express from 'express'
import fastify from 'fastify'
import {
  outliving,
  outlivingExpress,
  outlivingFastify,
  outlivingListener,
  startLeakDetector,
  type LeakEvent,
  type RequestListener,
} from '../src/index.ts'
import { collectableRegistry } from '../../core/test/fake-finalization.ts'
import { SimClock } from './sim-clock.ts'
import { Site } from './site.ts'

describe('outliving', () => {
  it('tells of a lease that is live when its request has settled, and of its late release', async () => {
    using site = new Site({ sampling: { stacks: 1 } })
    let leaked: Lease<number> | undefined
    const answer = await outliving(async () => {
      await site.take().release()
      leaked = site.take()
      return 'answer'
    })
    assert.equal(answer, 'answer')
    site.wait(1)
    assert.match(
      site.texts()[0]!,
      /^firing k "n": 1 lease has outlived its request, held for .*, taken at .*site\.ts/,
    )
    void leaked!.release()
    site.wait(1)
    assert.equal(site.texts()[1], 'resolved k "n": nothing that outlived its request is live any more')
    assert.equal(site.alerts.length, 2)
  })

  it('passes on a rejection and a throw, and tells all the same', async () => {
    using site = new Site()
    const fail = async (): Promise<never> => {
      site.take()
      throw new RangeError('no')
    }
    await assert.rejects(outliving(fail), RangeError)
    await assert.rejects(
      outliving(() => {
        site.take()
        throw new RangeError('no')
      }),
      RangeError,
    )
    site.wait(1)
    assert.equal(site.detector.report().activeAlerts[0]?.count, 2)
  })

  it('blames each request for its own, nested ones too, and nobody for what was opted out or taken outside', async () => {
    using site = new Site()
    const told: LeakEvent[] = []
    site.detector.on('leak', event => told.push(event))
    const outside = site.take({ name: 'outside' })
    let go = (): void => {}
    const gate = new Promise<void>(resolve => (go = resolve))
    const slow = outliving(async () => {
      await gate
      const lease = site.take({ name: 'slow' })
      await outliving(async () => void site.take({ name: 'inner' }))
      await lease.release()
    })
    await outliving(async () => {
      site.take({ name: 'fast' })
      site.take({ name: 'for ever', leakThresholdMillis: false })
    })
    site.wait(1)
    assert.deepEqual(
      told.map(({ reason, lease }) => `${reason} ${lease.name}`),
      ['outlived fast'],
    )
    go()
    await slow
    site.wait(1)
    assert.deepEqual(
      told.map(({ lease }) => lease.name),
      ['fast', 'inner'],
    )
    await outside.release()
  })

  it('tells also where nothing is ever held too long', async () => {
    using site = new Site({ heldTooLongMillis: false })
    await outliving(() => void site.take())
    site.wait(1)
    assert.deepEqual(
      site.alerts.map(({ rule }) => rule),
      ['outlived'],
    )
  })

  it('does not tell of one that is collected as given back', async () => {
    const clock = new SimClock()
    const { registry, collect } = collectableRegistry({ clock })
    const detector = startLeakDetector({ registry, sampling: { gc: 1 }, onAlert: () => {} })
    const told: string[] = []
    detector.on('leak', ({ reason }) => told.push(reason))
    detector.on('unleaked', ({ type }) => told.push(type))
    await outliving(() => void registry.track(1, { kind: 'k', name: 'n', cleanup: () => {} }))
    clock.advance(1_000)
    collect()
    clock.advance(2_000)
    assert.deepEqual(told, ['outlived', 'abandoned'])
    detector.stop()
  })

  it('does not hold what a long request has given back', async () => {
    using site = new Site()
    await outliving(async () => {
      for (let i = 0; i < 10_000; i++) void site.take().release()
      site.take()
    })
    site.wait(1)
    assert.equal(site.alerts[0]?.count, 1)
  })

  it('is nothing but a call where no detector runs', async () => {
    const registry = new ResourceRegistry()
    const lease = await outliving(() => registry.track(1, { kind: 'k', name: 'n', cleanup: () => {} }))
    await lease.release()
  })
})

describe('outliving, for servers', () => {
  let registry: ResourceRegistry
  let detector: ReturnType<typeof startLeakDetector>
  let told: string[]
  let heard: () => void
  beforeEach(() => {
    registry = new ResourceRegistry()
    told = []
    heard = () => {}
    detector = startLeakDetector({ registry })
    detector.on('leak', ({ reason, lease }) => {
      told.push(`${reason} ${lease.name}`)
      heard()
    })
  })
  afterEach(() => detector.stop())

  /** What a handler does: one lease is given back behind the response, one never. */
  async function handle(path: string | undefined, respond: () => void): Promise<void> {
    const take = (name: string): Lease<number> => registry.track(1, { kind: 'k', name, cleanup: () => {} })
    const late = take('late')
    await new Promise(resolve => setImmediate(resolve))
    if (path === '/leak') take('leaked')
    respond()
    await late.release()
  }

  async function assertTold(port: number, agent: Agent | false = false): Promise<void> {
    const isTold = new Promise<void>(resolve => (heard = resolve))
    for (const path of ['/', '/leak', '/']) {
      const [response] = (await once(get({ port, path, agent }), 'response')) as [IncomingMessage]
      response.resume()
      await once(response, 'end')
    }
    await isTold
    assert.deepEqual(told, ['outlived leaked'])
  }

  for (const [what, make] of [
    ['node:http', (handler: RequestListener) => outlivingListener(handler)],
    [
      'Express',
      (handler: RequestListener) => {
        const app = express()
        app.use(outlivingExpress())
        return app.use((request, response) => void handler(request, response))
      },
    ],
  ] as const) {
    it(`a handler whose client has gone away has the time to end its work: ${what}`, async () => {
      let go = (): void => {}
      const gate = new Promise<void>(resolve => (go = resolve))
      let entered = (): void => {}
      const isEntered = new Promise<void>(resolve => (entered = resolve))
      const take = (name: string): Lease<number> => registry.track(1, { kind: 'k', name, cleanup: () => {} })
      const closed: Promise<unknown>[] = []
      const server = createServer(
        make(async (request, response) => {
          if (request.url === '/leak') {
            response.end(String(take('leaked').id))
            return
          }
          closed.push(once(response, 'close'))
          const lease = take('busy')
          entered()
          await gate
          await lease.release()
          take('forgotten')
        }),
      )
      try {
        const gone = get({ port: await listening(server), agent: false })
        gone.once('error', () => {})
        await isEntered
        gone.destroy()
        await closed[0]
        // Another one, that ends later and leaks: had the first been given up, it would have been told by then.
        const isTold = new Promise<void>(resolve => (heard = resolve))
        const other = get({ port: await listening(server), path: '/leak', agent: false })
        await once(other, 'response')
        await isTold
        assert.deepEqual(told, ['outlived leaked'])
        const isToldAgain = new Promise<void>(resolve => (heard = resolve))
        go()
        if (what === 'Express') return
        await isToldAgain
        assert.deepEqual(told, ['outlived leaked', 'outlived forgotten'])
      } finally {
        go()
        server.closeAllConnections()
        server.close()
      }
    })
  }

  it('a rejection that nobody handles stays one', async () => {
    const failed = Promise.reject(new Error('broken'))
    const listener = outlivingListener(() => failed)
    const response = new EventEmitter() as ServerResponse
    await assert.rejects(Promise.resolve(listener(undefined as never, response)), /broken/)
  })

  async function listening(server: Server): Promise<number> {
    if (!server.listening) {
      server.listen(0, '127.0.0.1')
      await once(server, 'listening')
    }
    return (server.address() as AddressInfo).port
  }

  it('node:http', async () => {
    const server = createServer(
      outlivingListener((request, response) => handle(request.url, () => response.end('ok'))),
    )
    try {
      await assertTold(await listening(server))
    } finally {
      server.close()
    }
  })

  it('node:http, one connection for all requests', async () => {
    const server = createServer(
      outlivingListener((request, response) => handle(request.url, () => response.end('ok'))),
    )
    const agent = new Agent({ keepAlive: true, maxSockets: 1 })
    let connections = 0
    server.on('connection', () => connections++)
    try {
      await assertTold(await listening(server), agent)
      assert.equal(connections, 1)
    } finally {
      agent.destroy()
      server.close()
    }
  })

  it('Express', async () => {
    const app = express()
    app.use(outlivingExpress())
    app.use((request, response) => void handle(request.path, () => response.send('ok')))
    const server = createServer(app)
    try {
      await assertTold(await listening(server))
    } finally {
      server.close()
    }
  })

  it('Fastify', async () => {
    const app = fastify()
    await app.register(outlivingFastify)
    app.get('/*', (request, reply) => handle(request.url, () => void reply.send('ok')))
    await app.listen({ port: 0, host: '127.0.0.1' })
    try {
      await assertTold((app.server.address() as AddressInfo).port)
    } finally {
      await app.close()
    }
  })
})
