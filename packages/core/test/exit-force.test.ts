import assert from 'node:assert/strict'
import { ResourceRegistry, type Lease, type TrackOptions } from '../src/index.ts'
import { OUTCOMES } from '../src/lease.ts'
import { forceAll } from '../src/registry-internals.ts'
import { FakeClock } from './fake-clock.ts'

describe('what is forced at the exit of the process', () => {
  let registry: ResourceRegistry
  let order: string[]

  beforeEach(() => {
    registry = new ResourceRegistry({ clock: new FakeClock() })
    order = []
  })
  afterEach(() => {
    const { acquired, live, releasing, outcomes } = registry.stats()
    assert.equal(acquired, live + releasing + OUTCOMES.reduce((sum, outcome) => sum + outcomes[outcome], 0))
    assert.equal(live, 0)
  })

  function take(name: string, more: Partial<TrackOptions<string>> = {}): Lease<string> {
    return registry.track(name, { kind: 'k', name, cleanup: value => void order.push(value), ...more })
  }
  const force = (value: string): void => void order.push(`force ${value}`)

  it('is all that is held, newest first: by force where there is one', () => {
    take('a')
    take('b', { force })
    take('c', { strategy: 'background' })
    take('d', { strategy: 'forced', force })
    forceAll(registry)
    assert.deepEqual(order, ['force d', 'c', 'force b', 'a'])
    assert.equal(registry.stats().outcomes.forced, 2)
  })

  it('is what waits for its turn in the background, and what is in flight', () => {
    void take('in flight', { cleanup: () => new Promise(() => {}), force }).release()
    void take('waits', { strategy: 'background' }).release()
    void take('waits, with a force', { strategy: 'background', force }).release()
    forceAll(registry)
    assert.deepEqual(order, ['force waits, with a force', 'force in flight', 'waits'])
  })

  it('is what a cleanup takes, and each once though a cleanup releases it', () => {
    const [older, forced] = [take('older'), take('forced', { force })]
    take('releases', {
      cleanup: () => {
        void older.release()
        void forced.release()
        take('taken')
      },
    })
    forceAll(registry)
    forceAll(registry)
    assert.deepEqual(order, ['older', 'forced', 'taken'])
    assert.equal(registry.stats().outcomes.success, 4)
  })
})
