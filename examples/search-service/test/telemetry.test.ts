import assert from 'node:assert/strict'
import type { Telemetry } from '@leasehold/otel-exporter'
import { countSeries, telemetryFigures } from '../src/telemetry.ts'

describe('countSeries', () => {
  it('counts series and metrics, and not what tells about the program alone', () => {
    const exposition = [
      '# HELP target_info Target metadata',
      '# TYPE target_info gauge',
      'target_info{service_name="x"} 1',
      '# TYPE otel_scope_info gauge',
      'otel_scope_info{otel_scope_name="y"} 1',
      '# HELP target_information_total Something else.',
      '# TYPE target_information_total counter',
      'target_information_total{a="1"} 1',
      'target_information_total{a="2"} 1',
      '# TYPE h histogram',
      'h_bucket{le="1"} 0',
      'h_bucket{le="+Inf"} 0',
      'h_sum 0',
      'h_count 0',
      '',
    ]
    assert.deepEqual(countSeries(exposition.join('\n')), { families: 2, series: 6 })
    assert.deepEqual(countSeries(''), { families: 0, series: 0 })
  })
})

describe('telemetryFigures', () => {
  const quiet = { forceFlush: () => Promise.resolve(), spans: { ended: 0, delivered: 0 } } as Telemetry

  it('names the sampler, by which none may have been recorded', async () => {
    const env = { OTEL_EXPORTER_OTLP_ENDPOINT: 'http://h', OTEL_TRACES_SAMPLER: 'always_off' }
    const { tracesUrl, tracesOffBy } = await telemetryFigures(quiet, env, 0)
    assert.deepEqual([tracesUrl, tracesOffBy], ['http://h/v1/traces', 'OTEL_TRACES_SAMPLER=always_off'])
  })

  it('names the variable that switches all off, and no address to look at', async () => {
    const env = { OTEL_EXPORTER_OTLP_ENDPOINT: 'http://h', OTEL_SDK_DISABLED: 'true' }
    const { tracesUrl, jaegerUrl, tracesOffBy } = await telemetryFigures(quiet, env, 0)
    assert.deepEqual([tracesUrl, jaegerUrl, tracesOffBy], [undefined, undefined, 'OTEL_SDK_DISABLED=true'])
  })
})
