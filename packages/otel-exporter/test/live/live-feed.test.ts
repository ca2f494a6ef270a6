import assert from 'node:assert/strict'
import { EventEmitter } from 'node:events'
import type { ServerResponse } from 'node:http'
import type { Clock } from '@leasehold/core'
import { LiveFeed, MAX_WATCHERS } from '../../src/live/live-feed.ts'
import { ProblemLog } from '../../src/problem-log.ts'
import { warningsDuring } from '../support/warnings.ts'

/** A watcher's end of the connection, which reads or does not. */
class FakeResponse extends EventEmitter {
  readonly written: string[] = []
  writableNeedDrain: boolean = false
  isEnded: boolean = false
  readonly socket: { writableLength: number; ending: string; destroySoon(): void; destroy(): void } = {
    writableLength: 0,
    ending: '',
    destroySoon() {
      this.ending = 'soon'
    },
    destroy() {
      this.ending = 'at once'
    },
  }

  write(text: string): boolean {
    this.written.push(text)
    return !this.writableNeedDrain
  }

  end(text: string): void {
    this.written.push(text)
    this.isEnded = true
  }

  destroy(): void {
    this.emit('close')
  }
}

class Scene {
  nowMillis: number = 0
  timers: Set<{ fn: () => void; atMillis: number; isUnref: boolean; unref(): void }> = new Set()
  collections: number = 0
  state: () => Promise<string> = async () => `{"n":${this.collections}}`
  readonly clock: Clock = {
    now: () => this.nowMillis,
    setTimeout: (fn, millis) => {
      const timer = {
        fn,
        atMillis: this.nowMillis + millis,
        isUnref: false,
        unref: () => void (timer.isUnref = true),
      }
      this.timers.add(timer)
      return timer
    },
    clearTimeout: timer => void this.timers.delete(timer as never),
  }
  readonly feed: LiveFeed = new LiveFeed({
    state: () => {
      this.collections++
      return this.state()
    },
    clock: this.clock,
    problems: new ProblemLog(),
  })

  async watch(response: FakeResponse = new FakeResponse()): Promise<FakeResponse> {
    this.feed.watch(response as unknown as ServerResponse)
    await settled()
    return response
  }

  async second(): Promise<void> {
    this.nowMillis += 1_000
    for (const timer of [...this.timers]) {
      if (timer.atMillis > this.nowMillis) continue
      this.timers.delete(timer)
      timer.fn()
    }
    await settled()
  }
}

const settled = (): Promise<void> => new Promise(resolve => setImmediate(resolve))

describe('the feed of the live page', () => {
  let scene: Scene
  beforeEach(() => (scene = new Scene()))

  it('has no timer and collects nothing while nobody watches', async () => {
    assert.deepEqual([scene.timers.size, scene.collections], [0, 0])
    const watcher = await scene.watch()
    assert.equal(scene.timers.size, 1)
    watcher.destroy()
    assert.equal(scene.timers.size, 0)
    await scene.second()
    assert.equal(scene.collections, 1)
  })

  it('sends the state at once, and then each second, by one timer that holds nothing', async () => {
    const [a, b] = [await scene.watch(), await scene.watch()]
    assert.deepEqual(
      [...scene.timers].map(({ isUnref }) => isUnref),
      [true],
    )
    await scene.second()
    const expected = ['event: state\ndata: {"n":1}\n\n', 'event: state\ndata: {"n":2}\n\n']
    assert.deepEqual([a.written, b.written], [expected, expected])
    assert.equal(scene.timers.size, 1)
  })

  it('collects no more often for those who come and go', async () => {
    for (let i = 0; i < 20; i++) (await scene.watch()).destroy()
    assert.equal(scene.collections, 1)
    await scene.second()
    await scene.watch()
    assert.equal(scene.collections, 2)
  })

  it('waits for a collection that takes long, and does not begin another', async () => {
    let done: (state: string) => void = () => {}
    scene.state = () => new Promise(resolve => (done = resolve))
    await scene.watch()
    const late = await scene.watch()
    await scene.second()
    assert.deepEqual([scene.collections, scene.timers.size], [1, 0])
    done('{}')
    await settled()
    assert.deepEqual([late.written.length, scene.timers.size], [1, 1])
  })

  it('arms nothing where the last watcher goes during a collection', async () => {
    let done: (state: string) => void = () => {}
    scene.state = () => new Promise(resolve => (done = resolve))
    const watcher = await scene.watch()
    watcher.destroy()
    done('{}')
    await settled()
    assert.equal(scene.timers.size, 0)
  })

  it('sends nothing more to who does not read, and drops it after ten seconds', async () => {
    const [silent, reading] = [await scene.watch(), await scene.watch()]
    silent.writableNeedDrain = true
    for (let i = 0; i < 10; i++) await scene.second()
    assert.deepEqual([silent.written.length, scene.feed.watchers], [1, 2])
    await scene.second()
    assert.equal(scene.feed.watchers, 1)
    assert.equal(reading.written.length, 12)
  })

  it('keeps who reads again in time', async () => {
    const watcher = await scene.watch()
    for (let round = 0; round < 3; round++) {
      watcher.writableNeedDrain = true
      for (let i = 0; i < 8; i++) await scene.second()
      watcher.writableNeedDrain = false
      await scene.second()
    }
    assert.equal(scene.feed.watchers, 1)
  })

  it('goes on after a state that could not be made, with one warning', async () => {
    scene.state = async () => {
      throw new Error('no')
    }
    const warnings = await warningsDuring(async () => {
      await scene.watch()
      await scene.second()
    })
    assert.deepEqual(warnings, ['live page: nothing to show: no'])
    scene.state = async () => '{}'
    await scene.second()
    assert.equal(scene.feed.watchers, 1)
  })

  it(`is full with ${MAX_WATCHERS}`, async () => {
    for (let i = 0; i < MAX_WATCHERS; i++) {
      assert.equal(scene.feed.isFull, false)
      await scene.watch()
    }
    assert.equal(scene.feed.isFull, true)
  })

  it('says goodbye when it closes, and hangs up on who does not read', async () => {
    const [reading, silent] = [await scene.watch(), await scene.watch()]
    silent.socket.writableLength = 9
    scene.feed.close()
    assert.equal(reading.written.at(-1), 'event: end\ndata: {}\n\n')
    assert.deepEqual([reading.socket.ending, silent.socket.ending], ['soon', 'at once'])
    assert.deepEqual([scene.timers.size, scene.feed.watchers, scene.feed.isFull], [0, 0, true])
  })
})
