import assert from 'node:assert/strict'
import { cgroupSource, groupFilesOf, type GroupFile } from '../../src/memory/cgroup-source.ts'

const MOUNT = '/sys/fs/cgroup'

/** A mount with these files. */
function mounted(tree: Readonly<Record<string, string>>): (path: string) => GroupFile[] {
  return path =>
    groupFilesOf(
      path,
      at => tree[at] ?? assert.fail(`${at}: no such file`),
      at => at in tree,
    )
}

describe('the files of a cgroup', () => {
  it('one that vanishes and comes back tells of nothing new', () => {
    const files: Record<string, string> = { 'memory.events': 'high 0\nmax 9\noom 3\noom_kill 3\n' }
    const source = cgroupSource([name => files[name] ?? assert.fail()])!
    assert.equal(source.read(), 'nominal')
    const { 'memory.events': events } = files
    delete files['memory.events']
    assert.equal(source.read(), 'nominal')
    files['memory.events'] = events!
    assert.equal(source.read(), 'nominal', 'the failures were there before')
    files['memory.events'] = 'high 0\nmax 9\noom 4\noom_kill 3\n'
    assert.equal(source.read(), 'critical')
  })

  it('are those of every limited group above: the tightest counts', () => {
    const tree: Record<string, string> = {
      [`${MOUNT}/a/memory.current`]: '96',
      [`${MOUNT}/a/memory.max`]: '100',
      [`${MOUNT}/a/b/memory.current`]: '20',
      [`${MOUNT}/a/b/memory.max`]: '1000',
    }
    const source = cgroupSource(mounted(tree)('/a/b'))!
    assert.equal(source.read(), 'critical')
    tree[`${MOUNT}/a/memory.current`] = '50'
    assert.equal(source.read(), 'nominal')
    tree[`${MOUNT}/a/b/memory.current`] = '870'
    assert.equal(source.read(), 'warning')
  })

  it('are found at the mount’s root where the path leads out of it, or to nothing', () => {
    const at = mounted({ [`${MOUNT}/memory.current`]: '7' })
    for (const path of ['/', '/../..', '/../other.scope', '/docker/0123', '/gone (deleted)']) {
      assert.deepEqual(
        at(path).map(file => file('memory.current')),
        ['7'],
        path,
      )
    }
  })

  it('none, as on cgroup v1 and hybrid mounts: there is no source', () => {
    assert.equal(cgroupSource(mounted({ [`${MOUNT}/memory/memory.limit_in_bytes`]: '1' })('/')), undefined)
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
