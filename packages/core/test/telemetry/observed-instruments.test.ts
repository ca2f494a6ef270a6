import assert from 'node:assert/strict'
import type { Attributes, Meter, Observable } from '@opentelemetry/api'
import { ObservedInstruments, type ObservedMetric } from '../../src/index.ts'

const metric = (name: string, instrument: ObservedMetric['instrument']): ObservedMetric => ({
  name,
  instrument,
  unit: '{thing}',
  description: `How many ${name}.`,
})

interface Told {
  readonly of: unknown
  readonly value: number
  readonly attributes: Attributes
}

/** A meter that keeps what it is asked for; a collection is asked for by hand. */
class RecordingMeter {
  readonly created: string[] = []
  readonly told: Told[] = []
  #callback: ((result: unknown) => void) | undefined

  readonly createObservableCounter = (name: string): string => this.#create('counter', name)
  readonly createObservableUpDownCounter = (name: string): string => this.#create('updowncounter', name)
  readonly createObservableGauge = (name: string): string => this.#create('gauge', name)

  addBatchObservableCallback(callback: (result: unknown) => void, of: Observable[]): void {
    assert.deepEqual(of, this.created)
    this.#callback = callback
  }

  removeBatchObservableCallback(callback: unknown, of: Observable[]): void {
    assert.deepEqual(of, this.created)
    if (callback === this.#callback) this.#callback = undefined
  }

  collect(): Told[] {
    this.told.length = 0
    this.#callback?.({
      observe: (of: unknown, value: number, attributes: Attributes) =>
        this.told.push({ of, value, attributes }),
    })
    return this.told
  }

  #create(instrument: string, name: string): string {
    this.created.push(`${instrument} ${name}`)
    return `${instrument} ${name}`
  }
}

describe('observed instruments', () => {
  const [acquired, live, age] = [metric('a', 'counter'), metric('b', 'updowncounter'), metric('c', 'gauge')]

  it('are of the kinds that are asked for, and told by one callback until they are disposed of', () => {
    const meter = new RecordingMeter()
    let value = 0
    const made = new ObservedInstruments(meter as unknown as Meter, [acquired, live, age], to => {
      value++
      to.tell(live, value, { name: 'n' })
      to.tell(metric('unknown', 'counter'), 1, { name: 'n' })
    })
    assert.deepEqual(meter.created, ['counter a', 'updowncounter b', 'gauge c'])
    assert.deepEqual([...meter.collect()], [{ of: 'updowncounter b', value: 1, attributes: { name: 'n' } }])
    assert.equal(meter.collect()[0]?.value, 2)
    made[Symbol.dispose]()
    assert.deepEqual(meter.collect(), [])
  })

  it('give an SDK one frozen object for equal attributes, and no other that is not equal', () => {
    const meter = new RecordingMeter()
    using _ = new ObservedInstruments(meter as unknown as Meter, [live, age], to => {
      to.tell(live, 1, { name: 'n', state: 'idle' })
      to.tell(age, 2, { name: 'n', state: 'idle' })
      to.tell(live, 3, { name: 'n', phase: 'idle' })
      to.tell(live, 4, { name: 'n' })
    })
    const before = meter.collect().map(({ attributes }) => attributes)
    const after = meter.collect().map(({ attributes }) => attributes)
    assert(Object.isFrozen(before[0]))
    assert.equal(before[0], before[1])
    assert.equal(new Set(before).size, 3)
    for (const [index, attributes] of before.entries()) assert.equal(after[index], attributes)
    assert.deepEqual(before[2], { name: 'n', phase: 'idle' })
  })
})
