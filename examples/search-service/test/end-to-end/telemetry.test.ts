import assert from 'node:assert/strict'
import { once } from 'node:events'
import { createServer } from 'node:http'
import type { Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import type { Summary } from '../../src/report/summary.ts'
import { sampleTexts, temporaryFolder } from '../temporary-folder.ts'
import { startProgram, summaryOf } from './run-program.ts'

interface SpanPayload {
  readonly name: string
  readonly traceId: string
  readonly spanId: string
  readonly parentSpanId?: string
  readonly links?: readonly { readonly spanId: string }[]
}

interface TracesPayload {
  readonly resourceSpans: readonly {
    readonly resource: { readonly attributes: readonly { key: string; value: { stringValue?: string } }[] }
    readonly scopeSpans: readonly { readonly spans: readonly SpanPayload[] }[]
  }[]
}

describe('telemetry of a whole run', function () {
  this.timeout(60_000)
  let folder: ReturnType<typeof temporaryFolder>
  before(() => (folder = temporaryFolder(sampleTexts(30))))
  after(() => folder.remove())

  describe('with OTEL_EXPORTER_OTLP_ENDPOINT', () => {
    const spans: SpanPayload[] = []
    const services = new Set<string | undefined>()
    let backend: Server
    let endpoint: string

    before(async () => {
      backend = createServer((request, response) => {
        void (async () => {
          const chunks: Buffer[] = []
          for await (const chunk of request) chunks.push(chunk as Buffer)
          if (request.url === '/otel/v1/traces?key=s3cret')
            collect(JSON.parse(Buffer.concat(chunks).toString()) as TracesPayload)
          response.writeHead(200, { 'content-type': 'application/json' }).end('{}')
        })()
      }).listen(0, '127.0.0.1')
      await once(backend, 'listening')
      endpoint = `http://127.0.0.1:${(backend.address() as AddressInfo).port}`
    })
    after(() => backend.close())

    function collect({ resourceSpans }: TracesPayload): void {
      for (const { resource, scopeSpans } of resourceSpans) {
        services.add(resource.attributes.find(({ key }) => key === 'service.name')?.value.stringValue)
        for (const scope of scopeSpans) spans.push(...scope.spans)
      }
    }

    it('each request is a trace, with the cleanups that it caused, and the summary links to Jaeger', async () => {
      const env = {
        OTEL_EXPORTER_OTLP_ENDPOINT: `${endpoint}/otel/?key=s3cret`,
        OTEL_EXPORTER_OTLP_PROTOCOL: 'http/json',
      }
      const ended = await startProgram([folder.path, '--json', '--requests', '200'], { env }).ended
      assert.equal(ended.code, 0, ended.stderr)
      const { load, telemetry, resources } = summaryOf(ended)
      assert.deepEqual([...services], ['leasehold-search-service'])

      const named = (name: string): SpanPayload[] => spans.filter(span => span.name === name)
      assert.equal(named('GET /search').length, load.routes.search.count)
      assert.equal(named('GET /document/:id').length, load.routes.document.count)
      assert.equal(named('GET /stats').length, load.routes.stats.count)
      assert.equal(named('GET /preview/:id').length, load.routes.preview.count)

      // Every file that was read for a snippet was closed in a load that links to the request that asked.
      const documents = new Set(named('GET /document/:id').map(span => span.spanId))
      const loads = named('cache.load').filter(({ links }) =>
        links?.some(({ spanId }) => documents.has(spanId)),
      )
      const loading = new Set(loads.map(span => span.spanId))
      const closed = named('mmap.unmap').filter(span => loading.has(span.parentSpanId ?? ''))
      assert.ok(loads.length > 0 && loads.length <= load.routes.document.count)
      assert.equal(closed.length, loads.length)
      // No span of the bulk: fewer cleanups are shown than files were indexed, clients connected and served.
      const cleaned = resources.reduce((sum, row) => sum + row.cleaned, 0)
      assert.ok(named('lease.cleanup').length < cleaned)

      assert.equal(telemetry.tracesUrl, `${endpoint}/otel/v1/traces`)
      assert.equal(telemetry.jaegerUrl, 'http://127.0.0.1:16686/search?service=leasehold-search-service')
      assert.ok(ended.stderr.includes(telemetry.jaegerUrl))
      assert.ok(!`${ended.stdout}${ended.stderr}`.includes('s3cret'), 'the key is never shown')
    })
  })

  it('metrics have the figures of the summary', async () => {
    const run = startProgram([folder.path, '--serve', '--json', '--requests', '100'])
    const url = (await run.logged(/^Metrics .* at (http:\S+),/m))[1] as string
    await run.logged(/Ctrl-C/)
    const text = await (await fetch(url)).text()
    run.child.kill('SIGINT')
    const summary = JSON.parse((await run.ended).stdout) as Summary
    assert.equal(summary.leaks.length, 1)
    for (const { kind, acquired, live, cleaned } of summary.resources) {
      assert.equal(sumOf(text, 'leasehold_lease_acquisitions_total', kind), acquired, kind)
      assert.equal(sumOf(text, 'leasehold_lease_active', kind), live, kind)
      assert.equal(sumOf(text, 'leasehold_cleanups_total', kind, 'success'), cleaned, kind)
      assert.equal(sumOf(text, 'leasehold_cleanup_duration_seconds_count', kind), cleaned, kind)
    }
  })
})

/** The sum of a metric's series of one kind, and one outcome if given. */
function sumOf(exposition: string, metric: string, kind: string, outcome?: string): number {
  return exposition
    .split('\n')
    .filter(line => line.startsWith(`${metric}{`) && line.includes(`leasehold_kind="${kind}"`))
    .filter(line => outcome === undefined || line.includes(`outcome="${outcome}"`))
    .reduce(
      (sum, line) =>
        sum +
        Number(
          line
            .slice(line.lastIndexOf('}') + 1)
            .trim()
            .split(' ')[0],
        ),
      0,
    )
}
