import assert from 'node:assert/strict'
import { cgroupSource } from '../../src/memory/cgroup-source.ts'
import { groupFiles } from '../../src/memory/group-files.ts'

const MOUNT = '/sys/fs/cgroup'

describe('the files of a cgroup', () => {
  it('are those of every limited group above: the tightest counts', () => {
    const tree: Record<string, string> = {
      '/proc/self/cgroup': '0::/a/b\n',
      [`${MOUNT}/a/memory.current`]: '96',
      [`${MOUNT}/a/memory.max`]: '100',
      [`${MOUNT}/a/b/memory.current`]: '20',
      [`${MOUNT}/a/b/memory.max`]: '1000',
    }
    const read = (path: string): string => tree[path] ?? assert.fail(`${path}: no such file`)
    const source = cgroupSource(groupFiles('linux', read))!
    assert.equal(source.read(), 'critical')
    tree[`${MOUNT}/a/memory.current`] = '50'
    assert.equal(source.read(), 'nominal')
    tree[`${MOUNT}/a/b/memory.current`] = '870'
    assert.equal(source.read(), 'warning')
  })

  it('of any size are read once each, in one pass', () => {
    const line = 'some avg10=0.00 avg60=0.00 avg300=0.00 tutal=1 high max oom\n'
    const huge = line.repeat(50_000)
    const read: string[] = []
    const source = cgroupSource([
      name => {
        read.push(name)
        return huge
      },
    ])!
    assert.equal(source.read(), 'nominal')
    assert.deepEqual(read.length, new Set(read).size)
  })
})
