import assert from 'node:assert/strict'
import { once } from 'node:events'
import { createServer, get, type IncomingMessage, type Server } from 'node:http'
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
} from '../src/index.ts'
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
    assert.equal(site.texts()[1], 'resolved k "n": what outlived its request has been released')
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

  async function assertTold(port: number): Promise<void> {
    const isTold = new Promise<void>(resolve => (heard = resolve))
    for (const path of ['/', '/leak', '/']) {
      const [response] = (await once(get({ port, path, agent: false }), 'response')) as [IncomingMessage]
      response.resume()
      await once(response, 'end')
    }
    await isTold
    assert.deepEqual(told, ['outlived leaked'])
  }

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
