import assert from 'node:assert/strict'
import { ResourceRegistry } from '../../src/index.ts'

/** As some clients' queries: nothing happens until somebody asks for the result. */
class Lazy extends Promise<void> {
  static hasBegun: boolean = false
  // eslint-disable-next-line unicorn/no-thenable -- as theirs is
  override then<A = void, B = never>(
    fulfilled?: ((value: void) => A | PromiseLike<A>) | null,
    rejected?: ((reason: unknown) => B | PromiseLike<B>) | null,
  ): Promise<A | B> {
    Lazy.hasBegun = true
    return super.then(fulfilled, rejected)
  }
}

describe('a cleanup that returns a promise that begins when its then is called', () => {
  it('begins', async () => {
    const registry = new ResourceRegistry()
    const cleanup = (): Promise<void> => new Lazy(resolve => resolve())
    await registry.track(1, { kind: 'k', name: 'n', cleanup }).release()
    assert.equal(Lazy.hasBegun, true)
    assert.equal(registry.stats().outcomes.success, 1)
  })
})
