import assert from 'node:assert/strict'
import {
  prometheusLabel,
  prometheusName,
  prometheusUnit,
  type PrometheusType,
} from '../../src/prometheus/metric-name.ts'

const names: [name: string, unit: string, type: PrometheusType, expected: string][] = [
  ['x.acquire.duration', 's', 'histogram', 'x_acquire_duration_seconds'],
  ['x.acquire.duration', 'ms', 'histogram', 'x_acquire_duration_milliseconds'],
  ['x.leaks', '{leak}', 'counter', 'x_leaks_total'],
  ['x.read.io', 'By', 'counter', 'x_read_io_bytes_total'],
  ['x.mapping.size', 'By', 'updown', 'x_mapping_size_bytes'],
  ['x.mapping.size', 'MiBy', 'gauge', 'x_mapping_size_mebibytes'],
  ['x.utilization', '1', 'gauge', 'x_utilization_ratio'],
  ['x.utilization', '1', 'updown', 'x_utilization'],
  ['x.hits', '1', 'counter', 'x_hits_total'],
  ['x.hit.ratio', '1', 'gauge', 'x_hit_ratio'],
  ['x.ratio.of.hits', '1', 'gauge', 'x_of_hits_ratio'],
  ['x.total.errors', '', 'counter', 'x_errors_total'],
  ['x_total', '', 'counter', 'x_total'],
  ['x.seconds.spent', 's', 'counter', 'x_seconds_spent_total'],
  ['x.bytes', 'By', 'gauge', 'x_bytes'],
  ['x.throughput', 'By/s', 'gauge', 'x_throughput_bytes_per_second'],
  ['x.requests', '{request}/s', 'gauge', 'x_requests_per_second'],
  ['x.rate', 'By/{request}', 'gauge', 'x_rate_bytes'],
  ['x.speed', 'm/s', 'gauge', 'x_speed_meters_per_second'],
  ['x.load', '%', 'gauge', 'x_load_percent'],
  ['x.rpm', '/min', 'gauge', 'x_rpm_per_min'],
  ['x.odd', 'some thing', 'gauge', 'x_odd_some_thing'],
  ['x.odd', 'toString', 'gauge', 'x_odd_toString'],
  ['x.queue', '', 'updown', 'x_queue'],
  ['x..y--z__w', '', 'gauge', 'x_y_z_w'],
  ['x:recorded', '', 'gauge', 'x:recorded'],
  ['9lives', '', 'gauge', '_9lives'],
  ['größe', '', 'gauge', 'gr_e'],
]

describe('Prometheus metric names', () => {
  for (const [name, unit, type, expected] of names) {
    it(`${type} ${name} in "${unit}" is ${expected}`, () => {
      assert.equal(prometheusName({ name, unit, type }), expected)
    })
  }

  it('stay as they are when translated again without a unit', () => {
    for (const [name, unit, type] of names) {
      const once = prometheusName({ name, unit, type })
      assert.equal(prometheusName({ name: once, unit: '', type }), once)
    }
  })

  it('have units in words', () => {
    assert.equal(prometheusUnit('s'), 'seconds')
    assert.equal(prometheusUnit('By/s'), 'bytes_per_second')
    assert.equal(prometheusUnit('{lease}'), '')
    assert.equal(prometheusUnit('1'), '')
  })

  it('have labels that Prometheus accepts', () => {
    assert.equal(prometheusLabel('leasehold.kind'), 'leasehold_kind')
    assert.equal(prometheusLabel('0abc'), 'key_0abc')
    assert.equal(prometheusLabel('a..b'), 'a_b')
    assert.equal(prometheusLabel('__name__'), '_name_')
  })
})
