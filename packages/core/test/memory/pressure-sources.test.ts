import assert from 'node:assert/strict'
import { cgroupSource } from '../../src/memory/cgroup-source.ts'
import { groupFiles } from '../../src/memory/group-files.ts'
import { processSource } from '../../src/memory/process-source.ts'

const GIB = 1024 ** 3

describe('a cgroup as a source of memory pressure', () => {
  let files: Record<string, string>
  let now: number
  let read: () => string
  beforeEach(() => {
    now = 0
    files = {
      'memory.max': '1000\n',
      'memory.high': 'max\n',
      'memory.current': '990\n',
      'memory.stat': 'anon 1\ninactive_file 400\n',
      'memory.events': 'high 0\nmax 0\noom 0\noom_kill 0\n',
    }
    const source = cgroupSource(
      [name => files[name] ?? assert.fail(`${name}: permission denied`)],
      () => now,
    )!
    read = () => source.read()
  })

  it('has its working set against its limit, without what can be dropped', () => {
    assert.equal(read(), 'nominal')
    files['memory.stat'] = 'inactive_file 100\n'
    assert.equal(read(), 'warning')
    files['memory.stat'] = 'inactive_file 0\n'
    assert.equal(read(), 'critical')
    files['memory.max'] = 'max\n'
    assert.equal(read(), 'nominal')
    files['memory.high'] = '1100\n'
    assert.equal(read(), 'warning', 'beyond it the kernel slows the group down')
  })

  it('is short when its limit is run into, if not by pages of files', () => {
    read()
    files['memory.events'] = 'high 0\nmax 3\noom 0\noom_kill 0\n'
    assert.equal(read(), 'nominal', 'its working set is 59 % of the limit')
    files['memory.stat'] = 'inactive_file 200\n'
    assert.equal(read(), 'nominal', 'it was not run into since')
    files['memory.events'] = 'high 0\nmax 4\noom 0\noom_kill 0\n'
    assert.equal(read(), 'warning')
    assert.equal(read(), 'nominal')
    files['memory.events'] = 'high 0\nmax 4\noom 1\noom_kill 0\n'
    assert.equal(read(), 'critical')
    files['memory.events'] = 'high 0\nmax 4\noom 1\noom_kill 1\n'
    assert.equal(read(), 'critical')
  })

  it('does not take what it could not read for once for new', () => {
    files['memory.events'] = 'max 3\noom_kill 2\n'
    read()
    const { 'memory.events': events, ...rest } = files
    files = rest
    assert.equal(read(), 'nominal')
    files['memory.events'] = events!
    assert.equal(read(), 'nominal')
    files['memory.events'] = 'max 3\noom_kill 3\n'
    assert.equal(read(), 'critical')
  })

  it('is short when it waits for memory, by a share of a second or more', () => {
    const stalled = (micros: number, at: number): string => {
      now = at
      files['memory.pressure'] = `some avg10=0.00 avg60=0.00 avg300=0.00 total=${micros}\nfull total=0\n`
      return read()
    }
    assert.equal(stalled(5_000_000, 0), 'nominal', 'nobody knows since when')
    assert.equal(stalled(5_005_000, 10), 'nominal', 'five of ten milliseconds are not a share')
    assert.equal(stalled(5_099_000, 1_000), 'nominal')
    assert.equal(stalled(5_250_000, 2_000), 'warning')
    assert.equal(stalled(5_250_000, 2_500), 'warning', 'until another second is over')
    assert.equal(stalled(5_750_000, 3_000), 'critical')
    assert.equal(stalled(5_750_000, 4_000), 'nominal')
  })

  for (const [title, change] of [
    ['missing', undefined],
    ['empty', ''],
    ['garbage', 'max of\nnothing -1 NaN'],
    ['negative', '-5'],
  ] as const) {
    it(`says nothing where its files are ${title}`, () => {
      for (const name of Object.keys(files)) {
        if (change === undefined) delete files[name]
        else files[name] = change
      }
      assert.deepEqual([read(), read()], ['nominal', 'nominal'])
    })
  }
})

describe('the cgroup of a process', () => {
  let tree: Record<string, string>
  const read = (path: string): string => tree[path] ?? assert.fail(`${path}: permission denied`)
  const own = (name: string): string | undefined => groupFiles('linux', read)[0]?.(name)

  it('is its own where that is limited, and those above it that are', () => {
    tree = {
      '/proc/self/cgroup': '0::/a.slice/b\n',
      '/sys/fs/cgroup/a.slice/memory.current': '1',
      '/sys/fs/cgroup/a.slice/memory.max': '100',
      '/sys/fs/cgroup/a.slice/b/memory.current': '2',
      '/sys/fs/cgroup/a.slice/b/memory.max': 'max',
    }
    assert.equal(own('memory.current'), '1')
    tree['/sys/fs/cgroup/a.slice/b/memory.high'] = '99'
    assert.equal(own('memory.current'), '2')
    tree['/sys/fs/cgroup/a.slice/b/memory.high'] = tree['/sys/fs/cgroup/a.slice/b/memory.max'] = 'max'
    tree['/sys/fs/cgroup/a.slice/memory.max'] = 'max'
    assert.equal(own('memory.current'), '2', 'its own where none is limited')
  })

  it('is at the root of the mount in a container', () => {
    for (const path of ['/', '/kubepods/pod1', '/../other.scope']) {
      tree = {
        '/proc/self/cgroup': `0::${path}\n`,
        '/sys/fs/cgroup/memory.current': '3',
        '/sys/fs/cgroup/memory.max': '10',
      }
      assert.equal(own('memory.current'), '3', path)
    }
  })

  it('is of v1 where that has the memory, also beside v2', () => {
    tree = {
      '/proc/self/cgroup': '9:name=systemd:/\n4:cpu,memory:/docker/x\n0::/docker/x\n',
      '/sys/fs/cgroup/memory/docker/x/memory.usage_in_bytes': '990\n',
      '/sys/fs/cgroup/memory/docker/x/memory.limit_in_bytes': '1000\n',
      '/sys/fs/cgroup/memory/docker/x/memory.stat': 'inactive_file 0\ntotal_inactive_file 400\n',
      '/sys/fs/cgroup/memory/docker/x/memory.failcnt': '0\n',
      '/sys/fs/cgroup/memory/docker/x/memory.oom_control': 'oom_kill_disable 0\nunder_oom 0\noom_kill 0\n',
      '/sys/fs/cgroup/memory/memory.usage_in_bytes': '5000\n',
      '/sys/fs/cgroup/memory/memory.limit_in_bytes': '9223372036854771712\n',
    }
    const source = cgroupSource(groupFiles('linux', read), () => 0)!
    assert.equal(source.read(), 'nominal', '590 of 1,000')
    tree['/sys/fs/cgroup/memory/docker/x/memory.stat'] = 'total_inactive_file 200\n'
    tree['/sys/fs/cgroup/memory/docker/x/memory.failcnt'] = '1\n'
    assert.equal(source.read(), 'warning', 'its limit was run into')
    tree['/sys/fs/cgroup/memory/docker/x/memory.stat'] = 'total_inactive_file 0\n'
    assert.equal(source.read(), 'critical')
    tree['/sys/fs/cgroup/memory/docker/x/memory.limit_in_bytes'] = '9223372036854771712\n'
    assert.equal(source.read(), 'nominal')
    tree['/sys/fs/cgroup/memory/docker/x/memory.oom_control'] = 'oom_kill 1\n'
    assert.equal(source.read(), 'critical')
    for (const path of Object.keys(tree)) delete tree[path]
    assert.equal(source.read(), 'nominal', 'the group is gone')
  })

  it('is none where nothing can be read, on other systems, and without /proc', () => {
    tree = {}
    assert.deepEqual(groupFiles('linux', read), [])
    assert.deepEqual(groupFiles('darwin', read), [])
    tree = { '/proc/self/cgroup': '0::/a\n' }
    assert.deepEqual(groupFiles('linux', read), [])
    tree = { '/proc/self/cgroup': 'nonsense\n', '/sys/fs/cgroup/memory.current': '1' }
    assert.deepEqual(groupFiles('linux', read), [])
  })
})

describe('the process as a source of memory pressure', () => {
  const at = (rss: number, constrained: number, available?: number, total: number = 1_000): string =>
    processSource(() => ({ rss, constrained, available, total })).read()

  it('is measured against its limit, whatever the machine has', () => {
    assert.equal(at(84, 100, 0), 'nominal')
    assert.equal(at(85, 100, 0), 'warning')
    assert.equal(at(95, 100, 0), 'critical')
  })

  it('leaves a limit to a source that knows it better', () => {
    const figures = { rss: 99, constrained: 100, available: 1, total: 1_000 }
    assert.equal(processSource(() => figures, true).read(), 'nominal')
    assert.equal(processSource(() => ({ ...figures, constrained: 2 ** 60 }), true).read(), 'critical')
  })

  it('without a limit is as short of memory as the machine', () => {
    assert.equal(at(90, 0), 'nominal')
    assert.equal(at(960, 0), 'critical')
    assert.equal(at(860, 2 ** 60), 'warning')
    assert.equal(at(90, 0, 151), 'nominal')
    assert.equal(at(90, 0, 150), 'warning')
    assert.equal(at(90, 0, 49), 'critical')
  })

  it('says nothing where Node does not know', () => {
    assert.equal(at(90, 0, 0), 'nominal', '0 is what libuv tells where it cannot')
    assert.equal(at(90, 0, 0, 0), 'nominal')
    for (const wrong of [Number.NaN, -1, Infinity]) {
      assert.equal(at(wrong, wrong, wrong, wrong), 'nominal', `${wrong}`)
    }
  })

  it('on a large machine is not short with gigabytes to spare', () => {
    const large = (available: number): string => at(GIB, 0, available, 256 * GIB)
    assert.equal(large(3 * GIB), 'nominal')
    assert.equal(large(2 * GIB), 'warning')
    assert.equal(large(GIB / 2), 'critical')
  })
})
