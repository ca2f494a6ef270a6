import assert from 'node:assert/strict'
import type { Instrument } from '../../telemetry/registry-model.ts'
import {
  prometheusLabel,
  prometheusName,
  prometheusSeries,
  unitWords,
} from '../../telemetry/prometheus-name.ts'

const NAMES: [name: string, unit: string, instrument: Instrument, expected: string][] = [
  ['x.acquire.duration', 's', 'histogram', 'x_acquire_duration_seconds'],
  ['x.leaks', '{leak}', 'counter', 'x_leaks_total'],
  ['x.read.io', 'By', 'counter', 'x_read_io_bytes_total'],
  ['x.mapping.size', 'By', 'updowncounter', 'x_mapping_size_bytes'],
  ['x.utilization', '1', 'gauge', 'x_utilization_ratio'],
  // Unit 1 adds nothing to what is no gauge.
  ['x.share', '1', 'updowncounter', 'x_share'],
  ['x.shares', '1', 'counter', 'x_shares_total'],
  // A word that is there already, wherever, is not added again; `total` and `ratio` go to the end.
  ['x.bytes.read', 'By', 'counter', 'x_bytes_read_total'],
  ['x.total.leaks', '{leak}', 'counter', 'x_leaks_total'],
  ['x.ratio.of.hits', '1', 'gauge', 'x_of_hits_ratio'],
  ['x.ratio', '1', 'gauge', 'x_ratio'],
  // As a part of a word it does not count.
  ['x.secondsish', 's', 'gauge', 'x_secondsish_seconds'],
  ['x.pending_requests', '{request}', 'updowncounter', 'x_pending_requests'],
  ['x.rate', 'By/s', 'gauge', 'x_rate_bytes_per_second'],
  ['x.rate', '{lease}/s', 'gauge', 'x_rate_per_second'],
  ['x.temperature', 'K', 'gauge', 'x_temperature_K'],
  ['9lives', '{life}', 'gauge', '_9lives'],
]

describe('Prometheus names', () => {
  for (const [name, unit, instrument, expected] of NAMES) {
    it(`${name} in ${unit} (${instrument}) is ${expected}`, () => {
      assert.equal(prometheusName({ name, unit, instrument }), expected)
    })
  }

  it('a histogram is three series, anything else one', () => {
    const metric = { name: 'x.duration', unit: 's' }
    assert.deepEqual(prometheusSeries({ ...metric, instrument: 'histogram' }), [
      'x_duration_seconds_bucket',
      'x_duration_seconds_sum',
      'x_duration_seconds_count',
    ])
    assert.deepEqual(prometheusSeries({ ...metric, instrument: 'gauge' }), ['x_duration_seconds'])
  })

  it('a unit in braces has no words', () => assert.equal(unitWords('{lease}'), ''))

  it('labels have underscores for all that is neither letter nor digit', () => {
    assert.equal(prometheusLabel('leasehold.cleanup.outcome'), 'leasehold_cleanup_outcome')
    assert.equal(prometheusLabel('2nd-try'), 'key_2nd_try')
  })
})
