import assert from 'node:assert/strict'
import { createRequire } from 'node:module'
import { context, trace } from '@opentelemetry/api'
import { GenericPoolInstrumentation } from '@opentelemetry/instrumentation-generic-pool'
import type genericPool from 'generic-pool'
import { turns } from '../../../core/test/fake-clock.ts'
import { TracingSdk } from '../../../core/test/telemetry/sdk.ts'
import { createPool, observeGenericPool } from '../../src/index.ts'
import { createPool as createCompatible } from '../../src/generic-pool.ts'

describe('OpenTelemetry’s own instrumentation of generic-pool', () => {
  let sdk: TracingSdk
  let instrumentation: GenericPoolInstrumentation
  let instrumented: typeof genericPool
  const factory = {
    create: async () => {
      trace.getTracer('client').startSpan('client.connect').end()
      return {}
    },
    destroy: async () => {},
  }

  beforeEach(() => {
    sdk = new TracingSdk()
    instrumentation = new GenericPoolInstrumentation()
    instrumentation.enable()
    // It patches what is required; the class is the one that everybody else imports.
    instrumented = createRequire(import.meta.url)('generic-pool') as typeof genericPool
  })
  afterEach(() => {
    instrumentation.disable()
    sdk[Symbol.dispose]()
  })

  const spans = async (fn: () => Promise<unknown>): Promise<string[]> => {
    const request = trace.getTracer('test').startSpan('request')
    await context.with(trace.setSpan(context.active(), request), fn)
    await turns()
    return sdk.spans.map(span => span.name)
  }

  it('tells of a bare pool: it is really there', async () => {
    const bare = instrumented.createPool(factory)
    assert.deepEqual(await spans(() => bare.acquire()), ['client.connect', 'generic-pool.acquire'])
  })

  it('does not double the spans of a pool of ours', async () => {
    const pool = createPool(factory, { name: 'ours' })
    const compatible = createCompatible(factory, { name: 'ours' })
    const told = await spans(async () => {
      await (await pool.acquire()).release()
      await (await pool.acquire()).release()
      await compatible.acquire()
    })
    const expected = ['client.connect', 'pool.create', 'pool.acquire']
    assert.deepEqual(told.sort(), [...expected, ...expected, 'pool.acquire'].sort())
  })

  it('does not double those of an observed pool, whose factory’s own are all there', async () => {
    const pool = observeGenericPool(instrumented.createPool(factory, { max: 2 }), { name: 'observed' })
    const told = await spans(async () => {
      const held = await pool.acquire()
      await pool.release(held)
      await pool.use(async () => {})
      await pool.destroy(await pool.acquire())
    })
    assert.deepEqual(told.sort(), [
      'client.connect',
      'pool.acquire',
      'pool.acquire',
      'pool.acquire',
      'pool.create',
      'pool.destroy',
    ])
    const of = (name: string) => sdk.spans.find(span => span.name === name)!
    assert.equal(of('client.connect').parentSpanContext?.spanId, of('pool.create').spanContext().spanId)
  })

  it('does not double them either where it comes later', async () => {
    instrumentation.disable()
    const pool = observeGenericPool(instrumented.createPool(factory), { name: 'observed' })
    instrumentation.enable()
    createRequire(import.meta.url)('generic-pool')
    assert.deepEqual((await spans(() => pool.acquire())).sort(), [
      'client.connect',
      'pool.acquire',
      'pool.create',
    ])
  })

  it('does not silence what a listener does', async () => {
    let calls = 0
    const failing = {
      ...factory,
      create: async () => (calls++ === 0 ? Promise.reject(new Error('down')) : {}),
    }
    const pool = observeGenericPool(instrumented.createPool(failing), { name: 'observed' })
    pool.on('factoryCreateError', () => trace.getTracer('listener').startSpan('listener').end())
    assert((await spans(() => pool.acquire())).includes('listener'))
  })

  it('goes on as before where spans are off', async () => {
    const pool = observeGenericPool(instrumented.createPool(factory), { telemetry: { spans: 'off' } })
    assert.deepEqual(await spans(() => pool.acquire()), ['client.connect', 'generic-pool.acquire'])
  })
})
