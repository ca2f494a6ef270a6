import assert from 'node:assert/strict'
import { execFileSync } from 'node:child_process'
import { fileURLToPath } from 'node:url'
import { createCache } from '@leasehold/cache'
import { ResourceRegistry } from '@leasehold/core'
import { mapFileSync } from '@leasehold/mmap'
import { createPool } from '@leasehold/pool'

const page = fileURLToPath(new URL('../../docs/risks.md', import.meta.url))

/** The switches of docs/risks.md. */
describe('what can be turned off', () => {
  it('mapping: the same answers from the file', async () => {
    await using mapped = mapFileSync(page)
    await using read = mapFileSync(page, { fallback: 'always' })
    assert.equal(read.backend, 'file')
    assert.equal(read.string(0, 7), '# Risks')
    assert.equal(read.string(0, read.size), mapped.string(0, mapped.size))
  })

  it('asynchronous cleanup: a lease ends within release()', () => {
    const registry = new ResourceRegistry()
    const ended: string[] = []
    const lease = registry.track('thing', {
      kind: 'demo.thing',
      name: 'sync',
      strategy: 'forced',
      cleanup: () => new Promise(() => {}),
      force: value => ended.push(value),
    })
    void lease.release()
    assert.deepEqual(ended, ['thing'])
    assert.equal(registry.stats().outcomes.forced, 1)
  })

  it('what a pool does besides lending: creates that fail are tried each time', async () => {
    let creates = 0
    const pool = createPool(
      {
        create: async () => {
          if (++creates <= 20) throw new Error('refused')
          return creates
        },
        destroy: async () => {},
      },
      { breaker: false, registry: new ResourceRegistry() },
    )
    for (let i = 0; i < 20; i++) await assert.rejects(pool.acquire(), { message: 'refused' })
    assert.equal(await pool.use(async value => value), 21)
    assert.equal((await pool.drain()).clean, true)
  })

  it('patience: a drain by force ends what never comes back', async () => {
    const registry = new ResourceRegistry()
    const destroyed: number[] = []
    const pool = createPool(
      { create: async () => 1, destroy: async value => void destroyed.push(value) },
      { registry },
    )
    const kept = await pool.acquire()
    await pool.drain({ timeoutMillis: 10, force: true })
    assert.deepEqual(destroyed, [1])
    assert.throws(() => kept.value, { code: 'ERR_LEASE_RELEASED' })
    assert.equal(registry.stats().live, 0)
  })

  it('most of a cache, at once', async () => {
    const disposed: number[] = []
    const cache = createCache<number, number>({
      name: 'trimmed',
      maxEntries: 1_000,
      dispose: value => void disposed.push(value),
      registry: new ResourceRegistry(),
    })
    for (let i = 0; i < 1_000; i++) cache.set(i, i)
    cache.trim({ toFraction: 0.25 })
    assert.equal(cache.size, 250)
    await cache.close()
    assert.equal(disposed.length, 1_000)
  })

  it('telemetry: the counts go on', () => {
    const program = `
      import { ResourceRegistry } from '@leasehold/core'
      import { startTelemetry } from '@leasehold/otel-exporter'
      const telemetry = startTelemetry({ metrics: { prometheus: { port: 0 } } })
      await telemetry.ready
      await ResourceRegistry.default.track(1, { kind: 'demo.thing', name: 'n', cleanup() {} }).release()
      console.log(telemetry.prometheus === undefined, ResourceRegistry.default.stats().outcomes.success)
      await telemetry.shutdown()`
    const args = ['--conditions=leasehold-source', '--import=tsx', '--input-type=module', '-e', program]
    const output = execFileSync(process.execPath, args, {
      cwd: fileURLToPath(new URL('..', import.meta.url)),
      env: { ...process.env, OTEL_SDK_DISABLED: 'true' },
      encoding: 'utf8',
    })
    assert.equal(output.trim(), 'true 1')
  }).timeout(20_000)
})
