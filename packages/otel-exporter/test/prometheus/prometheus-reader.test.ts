import assert from 'node:assert/strict'
import sinon from 'sinon'
import { MeterProvider } from '@opentelemetry/sdk-metrics'
import { ProblemLog } from '../../src/problem-log.ts'
import { PrometheusReader } from '../../src/prometheus/prometheus-reader.ts'
import { warningsDuring } from '../support/warnings.ts'

describe('Prometheus reader', () => {
  function readerAndMeter(cardinalityLimit = 100): {
    reader: PrometheusReader
    provider: MeterProvider
  } {
    const reader = new PrometheusReader({ metricProducers: [], cardinalityLimit, problems: new ProblemLog() })
    return { reader, provider: new MeterProvider({ readers: [reader] }) }
  }

  it('writes what the SDK collected under its Prometheus name', async () => {
    const { reader, provider } = readerAndMeter()
    provider.getMeter('test').createCounter('jobs.done', { unit: '{job}' }).add(3, { 'job.kind': 'mail' })
    const text = await reader.scrape()
    assert.match(text, /^# TYPE jobs_done_total counter$/m)
    assert.match(text, /^jobs_done_total\{job_kind="mail",otel_scope_name="test"\} 3$/m)
    await provider.shutdown()
  })

  it('collects once for scrapes that come together', async () => {
    const { reader, provider } = readerAndMeter()
    let calls = 0
    provider
      .getMeter('test')
      .createObservableGauge('g')
      .addCallback(result => {
        calls++
        result.observe(calls)
      })
    const [a, b] = await Promise.all([reader.scrape(), reader.scrape()])
    assert.equal(a, b)
    assert.equal(calls, 1)
    await reader.scrape()
    assert.equal(calls, 2)
    await provider.shutdown()
  })

  it('writes the others when one callback of the program throws, and warns once', async () => {
    const { reader, provider } = readerAndMeter()
    const meter = provider.getMeter('test')
    meter.createObservableGauge('bad').addCallback(() => {
      throw new Error('broken gauge')
    })
    meter.createObservableGauge('good').addCallback(result => result.observe(1))
    const warnings = await warningsDuring(async () => {
      assert.match(await reader.scrape(), /^good\{otel_scope_name="test"\} 1$/m)
      await reader.scrape()
    })
    assert.deepEqual(warnings, ['metrics: a collection failed in part: broken gauge'])
    await provider.shutdown()
  })

  it('writes the others when one callback of the program never settles', async () => {
    const clock = sinon.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout'] })
    try {
      const { reader, provider } = readerAndMeter()
      const meter = provider.getMeter('test')
      meter.createObservableGauge('stuck').addCallback(() => new Promise(() => {}))
      meter.createObservableGauge('good').addCallback(result => result.observe(1))
      const warnings = await warningsDuring(async () => {
        const text = reader.scrape()
        await clock.tickAsync(5_000)
        assert.match(await text, /^good\{otel_scope_name="test"\} 1$/m)
      })
      assert.deepEqual(warnings, ['metrics: a collection failed in part: Operation timed out.'])
    } finally {
      clock.restore()
    }
  })

  it('bounds the series of a metric', async () => {
    const { reader, provider } = readerAndMeter(10)
    const counter = provider.getMeter('test').createCounter('c')
    for (let i = 0; i < 100; i++) counter.add(1, { i })
    const series = (await reader.scrape()).split('\n').filter(line => line.startsWith('c_total'))
    assert.ok(series.length <= 10, String(series.length))
    assert.equal(
      series.reduce((sum, line) => sum + Number(line.split(' ').at(-1)), 0),
      100,
    )
    await provider.shutdown()
  })
})
