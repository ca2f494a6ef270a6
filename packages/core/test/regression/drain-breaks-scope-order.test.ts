import assert from 'node:assert/strict'
import { ResourceRegistry, withScope } from '../../src/index.ts'
import { turns } from '../fake-clock.ts'

describe('a drain while a scope ends', () => {
  it('does not release what lies beneath the one in flight', async () => {
    const registry = new ResourceRegistry()
    const order: string[] = []
    let settle!: () => void
    const ended = withScope(
      scope => {
        scope.track('a', { kind: 'k', name: 'a', cleanup: () => void order.push('a') })
        scope.track('b', {
          kind: 'k',
          name: 'b',
          cleanup: async () => {
            await new Promise<void>(resolve => (settle = resolve))
            order.push('b')
          },
        })
      },
      { registry },
    )
    await turns()
    const draining = registry.drain()
    await turns()
    assert.deepEqual(order, [])
    settle()
    assert.equal((await draining).clean, true)
    await ended
    assert.deepEqual(order, ['b', 'a'])
  })
})
