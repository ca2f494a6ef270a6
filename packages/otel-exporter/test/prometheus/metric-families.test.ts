import assert from 'node:assert/strict'
import { resourceFromAttributes } from '@opentelemetry/resources'
import { MeterProvider } from '@opentelemetry/sdk-metrics'
import { ProblemLog } from '../../src/problem-log.ts'
import { PrometheusReader } from '../../src/prometheus/prometheus-reader.ts'
import { warningsDuring } from '../support/warnings.ts'

describe('metrics that have one Prometheus name', () => {
  async function page(
    make: (provider: MeterProvider) => void,
    attributes: Record<string, string> = {},
  ): Promise<{ lines: string[]; warnings: string[] }> {
    const reader = new PrometheusReader({
      metricProducers: [],
      cardinalityLimit: 100,
      problems: new ProblemLog(),
    })
    const provider = new MeterProvider({ readers: [reader], resource: resourceFromAttributes(attributes) })
    make(provider)
    let text = ''
    const warnings = await warningsDuring(async () => {
      text = await reader.scrape()
      assert.equal(await reader.scrape(), text)
    })
    await provider.shutdown()
    return { lines: text.split('\n'), warnings }
  }
  const about = (lines: string[], name: string): string[] =>
    lines.filter(line => line.startsWith(name) || line.startsWith(`# TYPE ${name}`))

  it('are one family, with the series of each scope', async () => {
    const { lines, warnings } = await page(provider => {
      for (const scope of ['a', 'b']) {
        provider.getMeter(scope, '1.0').createCounter('jobs').add(1, { x: 1 })
        provider.getMeter(scope, '1.0').createHistogram('time', { unit: 's' }).record(1)
        provider.getMeter(scope, '1.0').createUpDownCounter('other').add(1)
      }
    })
    assert.deepEqual(about(lines, 'jobs_total'), [
      '# TYPE jobs_total counter',
      'jobs_total{x="1",otel_scope_name="a",otel_scope_version="1.0"} 1',
      'jobs_total{x="1",otel_scope_name="b",otel_scope_version="1.0"} 1',
    ])
    for (const name of ['time_seconds', 'other']) {
      assert.equal(lines.filter(line => line.startsWith(`# TYPE ${name} `)).length, 1)
      assert.equal(lines.filter(line => line.startsWith(`# HELP ${name} `)).length, 1)
    }
    assert.equal(about(lines, 'time_seconds_count').length, 2)
    assert.deepEqual(warnings, [])
  })

  it('are told once, and the later left out, where they are of two types', async () => {
    const { lines, warnings } = await page(provider => {
      provider.getMeter('a').createCounter('jobs').add(1)
      provider.getMeter('b').createUpDownCounter('jobs.total').add(1)
      provider.getMeter('b').createUpDownCounter('target.info').add(1)
    })
    assert.deepEqual(about(lines, 'jobs_total'), [
      '# TYPE jobs_total counter',
      'jobs_total{otel_scope_name="a"} 1',
    ])
    assert.equal(about(lines, 'target_info').length, 2)
    assert.equal(warnings.length, 1)
    assert.match(
      warnings[0] ?? '',
      /"jobs.total" is left out: another metric, of another type, is jobs_total/,
    )
  })

  it('have each series once: two would void the whole page', async () => {
    const { lines, warnings } = await page(provider => {
      const meter = provider.getMeter('a')
      meter.createUpDownCounter('jobs.open').add(1, { x: 1 })
      meter.createUpDownCounter('jobs_open').add(2, { x: 1 })
      meter.createUpDownCounter('jobs_open').add(3, { x: 2 })
    })
    assert.deepEqual(about(lines, 'jobs_open'), [
      '# TYPE jobs_open gauge',
      'jobs_open{x="1",otel_scope_name="a"} 1',
      'jobs_open{x="2",otel_scope_name="a"} 3',
    ])
    assert.match(warnings.join(), /a series of "jobs_open" is left out: another metric has it too/)
  })

  it('are not joined by a resource whose attributes become one label, or none', async () => {
    const { lines } = await page(() => {}, { 'a.b': 'x', a_b: 'y', '0': 'z' })
    assert.deepEqual(about(lines, 'target_info'), [
      '# TYPE target_info gauge',
      'target_info{key_0="z",a_b="x;y"} 1',
    ])
  })
})
