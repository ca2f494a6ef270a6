import assert from 'node:assert/strict'
import { cgroupSource, groupFilesOf } from '../../src/memory/cgroup-source.ts'
import { heapSource } from '../../src/memory/heap-source.ts'
import { processSource } from '../../src/memory/process-source.ts'

const GIB = 1024 ** 3

describe('the heap as a source of memory pressure', () => {
  it('is measured against its limit', () => {
    const at = (used: number): string =>
      heapSource(() => ({ used_heap_size: used * 2 ** 20, heap_size_limit: 148 * 2 ** 20 })).read()
    assert.deepEqual([50, 75, 88].map(at), ['nominal', 'warning', 'critical'])
  })
})

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

  it('is the first limited one from the process’s own upwards, else its own', () => {
    const tree: Record<string, string> = {
      '/sys/fs/cgroup/a.slice/memory.current': '1',
      '/sys/fs/cgroup/a.slice/memory.max': '100',
      '/sys/fs/cgroup/a.slice/b/memory.current': '2',
      '/sys/fs/cgroup/a.slice/b/memory.max': 'max',
    }
    const current = (): string | undefined =>
      groupFilesOf(
        '/a.slice/b',
        path => tree[path] ?? assert.fail(path),
        path => path in tree,
      )[0]?.('memory.current')
    assert.equal(current(), '1')
    tree['/sys/fs/cgroup/a.slice/memory.max'] = 'max'
    assert.equal(current(), '2')
    for (const path of Object.keys(tree)) delete tree[path]
    assert.equal(current(), undefined)
    tree['/sys/fs/cgroup/memory.current'] = '3'
    assert.equal(current(), '3', 'in a container')
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

  it('on a large machine is not short with gigabytes to spare', () => {
    const large = (available: number): string => at(GIB, 0, available, 256 * GIB)
    assert.equal(large(3 * GIB), 'nominal')
    assert.equal(large(2 * GIB), 'warning')
    assert.equal(large(GIB / 2), 'critical')
  })
})
