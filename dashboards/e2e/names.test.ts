import assert from 'node:assert/strict'
import { fileURLToPath } from 'node:url'
import { OtlpReceiver, type ReceivedMetric } from '../../packages/otel-exporter/test/support/otlp-receiver.ts'
import { parseRegistry, readRegistrySource } from '../../packages/core/telemetry/registry-reader.ts'
import { eventually } from '../../test/backends/daemon.ts'
import { startFaultyProgram, type RunningProgram } from './running-program.ts'

const registry = parseRegistry(
  readRegistrySource(fileURLToPath(new URL('../../packages/core/telemetry', import.meta.url)), []),
)

/** One program's metrics by both ways at once: what Prometheus scrapes, and what it would make of OTLP. */
describe('every metric of every package, scraped and by OTLP', function () {
  this.timeout(60_000)
  let receiver: OtlpReceiver | undefined
  let program: RunningProgram | undefined
  let sent: ReadonlyMap<string, ReceivedMetric> = new Map()
  let page = ''

  before(async () => {
    receiver = await OtlpReceiver.start()
    program = await startFaultyProgram(`${receiver.url}/v1/metrics`)
    const wanted = registry.metrics.map(({ name }) => name)
    await eventually(async () => {
      sent = receiver!.metrics()
      return wanted.every(name => sent.has(name)) ? true : undefined
    }, 15).catch(() => {})
    assert.deepEqual(
      wanted.filter(name => !sent.has(name)),
      [],
      'not sent',
    )
    page = await (await fetch(`http://${program.target}/metrics`)).text()
  })

  after(async () => {
    await program?.kill()
    await receiver?.[Symbol.asyncDispose]()
  })

  const scraped = (): Map<string, string> =>
    new Map([...page.matchAll(/^# TYPE (\S+) (\S+)$/gm)].map(match => [match[1]!, match[2]!]))

  it('has one name, by whichever way it comes', () => {
    const own = [...scraped().keys()].filter(name => name !== 'target_info')
    assert.deepEqual(own.toSorted(), [...sent.values()].map(ingestedName).toSorted())
  })

  it('has one type and the same labels', () => {
    const types = { counter: 'counter', updown: 'gauge', gauge: 'gauge', histogram: 'histogram' }
    for (const metric of sent.values()) {
      const name = ingestedName(metric)
      assert.equal(scraped().get(name), types[metric.type], name)
      const series = [...page.matchAll(new RegExp(`^${name}(?:_count)?(?:\\{(.*?)\\})? \\S+$`, 'gm'))]
      const labels = new Set(
        series.flatMap(match => [...(match[1] ?? '').matchAll(/(\w+)="/g)].map(of => of[1]!)),
      )
      const attributes = new Set(
        metric.series.flatMap(of => Object.keys(of).map(key => key.replaceAll('.', '_'))),
      )
      const ours = [...labels].filter(label => !label.startsWith('otel_scope_'))
      assert.deepEqual(ours.toSorted(), [...attributes].toSorted(), name)
    }
  })

  it('is missed if it is called otherwise', () => {
    for (const metric of sent.values()) {
      const renamed = ingestedName({ ...metric, name: metric.name.replace(/\w+$/, 'renamed') })
      assert.ok(!scraped().has(renamed), renamed)
    }
  })
})

/**
 * The name that a back end gives to what comes by OTLP, written from the specification ("OTLP Metric points to
 * Prometheus") and not from the exporter's own rules, which are under test.
 */
function ingestedName({ name, unit, type }: ReceivedMetric): string {
  const tokens = name.split(/[^a-zA-Z0-9]+/)
  const words = { s: 'seconds', ms: 'milliseconds', By: 'bytes', '%': 'percent' } as Record<string, string>
  const word = words[unit]
  if (!/^(\{.*\}|1|)$/.test(unit)) assert.ok(word, `a unit that this test does not know: ${unit}`)
  if (word !== undefined && !tokens.includes(word)) tokens.push(word)
  if (unit === '1' && type === 'gauge' && !tokens.includes('ratio')) tokens.push('ratio')
  if (type === 'counter') return [...tokens.filter(token => token !== 'total'), 'total'].join('_')
  return tokens.join('_')
}
