import assert from 'node:assert/strict'
import { cpSync, mkdtempSync, rmSync, symlinkSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath, pathToFileURL } from 'node:url'
import * as ours from '../src/index.ts'

describe('two copies of the package', () => {
  let folder: string
  let theirs: typeof ours

  before(async () => {
    folder = mkdtempSync(join(tmpdir(), 'leasehold-copy-'))
    cpSync(fileURLToPath(new URL('../src', import.meta.url)), join(folder, 'src'), { recursive: true })
    symlinkSync(
      fileURLToPath(new URL('../../../node_modules', import.meta.url)),
      join(folder, 'node_modules'),
    )
    theirs = (await import(pathToFileURL(join(folder, 'src/index.ts')).href)) as typeof ours
  })
  after(() => rmSync(folder, { recursive: true }))

  it('are two', () => {
    assert.notEqual(theirs.ResourceRegistry, ours.ResourceRegistry)
  })

  it('have one default registry and one telemetry', () => {
    assert.equal(theirs.ResourceRegistry.default, ours.ResourceRegistry.default)
    assert.equal(theirs.leaseTelemetry(), ours.leaseTelemetry())
  })

  it('know each other’s errors', () => {
    const error = new theirs.ConfigError('pool "a"', 'max', 'an integer >= 1', -3)
    assert.equal(error instanceof ours.LeaseholdError, false)
    assert.equal(ours.isLeaseholdError(error), true)
  })

  it('take each other’s registries and leases', async () => {
    const registry = new theirs.ResourceRegistry()
    const released: string[] = []
    await ours.withScope(
      scope => {
        scope.track('a', { kind: 'copies', name: 'n', cleanup: value => released.push(value) })
        const own = new ours.ResourceRegistry()
        scope.add(own.track('b', { kind: 'copies', name: 'n', cleanup: value => released.push(value) }))
      },
      { registry },
    )
    assert.deepEqual(released, ['b', 'a'])
    assert.equal(registry.stats().doubleReleases, 0)
    ours.installShutdown({ registry })[Symbol.dispose]()
  })

  it('sum their registries in one series', async () => {
    for (const copy of [ours, theirs]) {
      const registry = new copy.ResourceRegistry()
      await registry.track(1, { kind: 'summed', name: 'n', cleanup() {} }).release()
    }
    const points = ours
      .leaseTelemetry()
      .histograms()
      .find(({ name }) => name === 'leasehold.lease.duration')!
      .points.filter(({ attributes }) => attributes['leasehold.kind'] === 'summed')
    assert.deepEqual(
      points.map(point => point.count),
      [2],
    )
  })
})
