import assert from 'node:assert/strict'
import { ResourceRegistry } from '../../src/index.ts'
import { turns } from '../fake-clock.ts'

describe('configure() with more background concurrency', () => {
  it('starts what waits, though nothing that runs ends', async () => {
    const registry = new ResourceRegistry({ backgroundConcurrency: 1 })
    const settle: (() => void)[] = []
    const cleanup = (): Promise<void> => new Promise(resolve => settle.push(resolve))
    for (let i = 0; i < 5; i++) {
      void registry.track(i, { kind: 'k', name: 'n', cleanup, strategy: 'background' }).release()
    }
    await turns()
    assert.equal(settle.length, 1)
    registry.configure({ backgroundConcurrency: 4 })
    await turns()
    assert.equal(settle.length, 4)
    for (const each of settle) each()
    await turns()
    settle.at(-1)!()
    assert.equal((await registry.drain()).clean, true)
  })
})
