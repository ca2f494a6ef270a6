import assert from 'node:assert/strict'
import { once } from 'node:events'
import { get } from 'node:http'
import type { IncomingMessage } from 'node:http'
import { metrics } from '@opentelemetry/api'
import { ResourceRegistry } from '@leasehold/core'
import { startTelemetry, type Telemetry } from '../../src/index.ts'
import type { LiveState } from '../../src/live/live-state.ts'
import { ChildProgram, REGISTER } from '../support/child-program.ts'
import { warningsDuring } from '../support/warnings.ts'

const NAME = '<img src=x onerror=alert(1)>'

/** The first state that the page is sent and that is as wanted. */
async function stateOf(
  telemetry: Telemetry,
  isWanted: (state: LiveState) => boolean = () => true,
): Promise<LiveState> {
  const [response] = (await once(get(`${telemetry.live?.url}live/events`), 'response')) as [IncomingMessage]
  let text = ''
  for await (const chunk of response.setEncoding('utf8')) {
    text += String(chunk)
    if (!text.endsWith('\n\n')) continue
    const state = JSON.parse(/^data: (.*)$/m.exec(text)?.[1] ?? '') as LiveState
    if (isWanted(state)) return state
    text = ''
  }
  throw new Error('the feed ended before')
}

describe('startTelemetry with the live page', () => {
  let telemetry: Telemetry

  beforeEach(async () => {
    telemetry = startTelemetry({
      serviceName: 'orders',
      traces: 'none',
      metrics: { prometheus: { port: 0 } },
      live: true,
    })
    await telemetry.ready
  })

  afterEach(() => telemetry.shutdown())

  it('tells where it is until the shutdown', async () => {
    assert.equal(telemetry.live?.url, `http://127.0.0.1:${telemetry.prometheus?.port}/`)
    await telemetry.shutdown()
    assert.equal(telemetry.live, undefined)
  })

  it('shows the leases of the program as they are now', async () => {
    const lease = ResourceRegistry.default.track({}, { kind: 'live.test', name: NAME, cleanup() {} })
    const { service, pid, resources, leases } = await stateOf(telemetry)
    assert.deepEqual([service, pid], ['orders', process.pid])
    const row = resources.rows.find(({ kind }) => kind === 'live.test')
    assert.deepEqual([row?.name, row?.live, row?.acquired], [NAME, 1, 1])
    assert.ok(leases.rows.some(({ name, state }) => name === NAME && state === 'live'))
    await lease.release()
    await stateOf(telemetry, ({ leases: { rows } }) => rows.every(({ name }) => name !== NAME))
  })

  it('goes on although a callback of the program throws, and one of its metrics is not ours', async () => {
    const meter = metrics.getMeter('test')
    meter.createObservableGauge('mine').addCallback(() => {
      throw new Error('no')
    })
    meter.createCounter('counted').add(1, { 'leasehold.kind': 'x' })
    const warnings = await warningsDuring(async () => {
      assert.equal((await stateOf(telemetry)).service, 'orders')
    })
    assert.deepEqual(warnings, ['live page: a collection failed in part: no'])
  })

  it('is nowhere unless asked', async () => {
    await telemetry.shutdown()
    telemetry = startTelemetry({ traces: 'none', metrics: { prometheus: { port: 0 } } })
    await telemetry.ready
    assert.equal(telemetry.live, undefined)
    const { status } = await fetch(new URL('/', telemetry.prometheus?.url))
    assert.equal(status, 404)
  })
})

describe('a program with the live page', function () {
  this.timeout(30_000)

  for (const way of ['option', 'variable']) {
    it(`is not kept alive by who watches, by ${way}`, async () => {
      const program = new ChildProgram('live.mjs', [way], {
        flags: way === 'variable' ? [`--import=${REGISTER}`] : [],
        env: {
          OTEL_TRACES_EXPORTER: 'none',
          ...(way === 'variable' ? { LEASEHOLD_LIVE: '1', OTEL_EXPORTER_PROMETHEUS_PORT: '0' } : {}),
        },
      })
      await program.wrote('watched')
      program.goOn()
      const { code, warnings, errors } = await program.ended()
      assert.equal(code, 0, errors)
      // Of the program, which asks for what runs already.
      assert.equal(warnings.length, way === 'variable' ? 1 : 0, errors)
    })
  }
})
