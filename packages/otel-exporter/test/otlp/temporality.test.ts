import assert from 'node:assert/strict'
import { AggregationTemporality, InstrumentType } from '@opentelemetry/sdk-metrics'
import { temporalityOf } from '../../src/otlp/temporality.ts'

const C = AggregationTemporality.CUMULATIVE
const D = AggregationTemporality.DELTA

describe('temporality preference', () => {
  const table: [InstrumentType, AggregationTemporality, AggregationTemporality, AggregationTemporality][] = [
    [InstrumentType.COUNTER, C, D, D],
    [InstrumentType.HISTOGRAM, C, D, D],
    [InstrumentType.OBSERVABLE_COUNTER, C, D, C],
    [InstrumentType.UP_DOWN_COUNTER, C, C, C],
    [InstrumentType.OBSERVABLE_UP_DOWN_COUNTER, C, C, C],
  ]
  for (const [type, cumulative, delta, lowmemory] of table) {
    it(`of ${type} is as specified`, () => {
      assert.equal(temporalityOf('cumulative', type), cumulative)
      assert.equal(temporalityOf('delta', type), delta)
      assert.equal(temporalityOf('lowmemory', type), lowmemory)
    })
  }
})
