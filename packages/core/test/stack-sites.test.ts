import assert from 'node:assert/strict'
import { ResourceRegistry } from '../src/index.ts'

describe('acquiring stacks', () => {
  const registry = new ResourceRegistry({ sampling: { stacks: 1 } })
  function takenHere(): string | undefined {
    const lease = registry.track(1, { kind: 'k', name: 'n', cleanup: () => {} })
    const { stack } = registry.leases({ limit: 1_000 }).at(-1)!
    void lease.release()
    return stack
  }

  it('begin with the program’s own frame', () => {
    assert.match(takenHere()!.split('\n')[0]!, /takenHere .*stack-sites\.test\.ts/)
  })

  it('are kept once', () => {
    const stacks = Array.from({ length: 3 }, () => takenHere())
    assert.equal(new Set(stacks).size, 1)
  })

  it('do not depend on how the program formats stacks', () => {
    const { prepareStackTrace, stackTraceLimit } = Error
    try {
      Error.stackTraceLimit = 0
      assert.match(takenHere()!, /takenHere/)
      assert.equal(Error.stackTraceLimit, 0)
      Error.prepareStackTrace = () => ({ not: 'text' })
      assert.equal(takenHere(), undefined)
      Error.prepareStackTrace = () => {
        throw new Error('broken')
      }
      assert.equal(takenHere(), undefined)
    } finally {
      Error.stackTraceLimit = stackTraceLimit
      Object.assign(Error, { prepareStackTrace })
    }
  })
})
