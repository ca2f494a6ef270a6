import assert from 'node:assert/strict'
import { ResourceRegistry, withScope, type Lease } from '../../src/index.ts'
import { throwingProxy } from '../throwing-proxy.ts'

describe('a scope that is given a Proxy of a lease', () => {
  let registry: ResourceRegistry
  let order: string[]
  const take = (name: string): Lease<string> =>
    registry.track(name, { kind: 'k', name, cleanup: value => void order.push(value) })

  beforeEach(() => {
    registry = new ResourceRegistry()
    order = []
  })

  for (const [what, wrap] of Object.entries<(lease: Lease<string>) => Lease<string>>({
    'that has no traps': lease => new Proxy(lease, {}),
    'that throws at every look': () => throwingProxy(),
  })) {
    it(`${what} refuses it, and cleans up the rest`, async () => {
      const outside = take('outside')
      const scoped = withScope(
        scope => {
          scope.track('inside', { kind: 'k', name: 'inside', cleanup: value => void order.push(value) })
          scope.add(wrap(outside))
        },
        { registry },
      )
      await assert.rejects(scoped, { code: 'ERR_CONFIG', owner: 'scope.add', option: 'lease' })
      assert.deepEqual(order, ['inside'])
      assert.equal(outside.state, 'live')
    })
  }

  it('that passes everything on takes the lease behind it', async () => {
    const wrapped = new Proxy(take('wrapped'), {
      get: (lease, key) => Reflect.get(lease, key, lease) as unknown,
    })
    await withScope(scope => void scope.add(wrapped), { registry })
    assert.deepEqual(order, ['wrapped'])
    assert.equal(registry.stats().outcomes.success, 1)
  })
})
