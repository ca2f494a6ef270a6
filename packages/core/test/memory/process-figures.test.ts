import assert from 'node:assert/strict'
import { processFigures, processSource } from '../../src/memory/process-source.ts'

describe('what a process tells of memory', () => {
  const node = {
    memoryUsage: { rss: () => 1 },
    constrainedMemory: () => 2,
    availableMemory: () => 3,
  }
  const available = (platform: NodeJS.Platform, more: object = {}): number | undefined =>
    processFigures(platform, { ...node, ...more }).available

  it('has what is available on Linux and Windows; elsewhere it leaves out what the system would drop', () => {
    assert.deepEqual(
      (['linux', 'win32', 'darwin', 'freebsd', 'aix'] as const).map(platform => available(platform)),
      [3, 3, undefined, undefined, undefined],
    )
  })

  it('does not know what is available where Node says 0, which it does without /proc', () => {
    assert.equal(available('linux', { availableMemory: () => 0 }), undefined)
  })

  it('does not know what Node has no function for', () => {
    const { constrained } = processFigures('linux', { memoryUsage: node.memoryUsage })
    assert.equal(available('linux', { availableMemory: undefined }), undefined)
    assert.equal(constrained, 0)
    assert.equal(processFigures('linux', { ...node, constrainedMemory: () => undefined }).constrained, 0)
  })

  it('says nothing where the machine has no size, or figures are none', () => {
    const level = (rss: number, total: number, free: number | undefined): string =>
      processSource(() => ({ rss, constrained: 0, available: free, total })).read()
    assert.equal(level(50, 0, undefined), 'nominal')
    assert.equal(level(50, 0, 0), 'nominal')
    assert.equal(level(Number.NaN, 100, Number.NaN), 'nominal')
    assert.equal(level(50, Number.NaN, 50), 'nominal')
  })
})
