import { once } from 'node:events'
import { createServer } from 'node:http'
import type { IncomingMessage } from 'node:http'
import type { AddressInfo } from 'node:net'
import { gunzipSync } from 'node:zlib'

export interface ReceivedSpan {
  name: string
  traceId: string
  spanId: string
  attributes: Record<string, unknown>
  links: { spanId: string }[]
}

export interface ReceivedMetric {
  readonly name: string
  readonly unit: string
  readonly type: 'counter' | 'updown' | 'gauge' | 'histogram'
  /** The attributes of each series. */
  readonly series: readonly Readonly<Record<string, unknown>>[]
}

export interface ReceivedExport {
  path: string
  headers: IncomingMessage['headers']
  body: Buffer
}

/** An OTLP back end that takes everything and keeps it. */
export class OtlpReceiver implements AsyncDisposable {
  readonly exports: ReceivedExport[] = []
  url = ''
  status = 200
  answer = { type: 'application/json', body: '{}' }
  /** Called for each export. */
  taken: () => void = () => {}
  /** Answers wait for it. */
  held: Promise<void> = Promise.resolve()
  readonly #server = createServer((request, response) => {
    void this.#take(request).then(async () => {
      await this.held
      response.writeHead(this.status, { 'Content-Type': this.answer.type })
      response.end(this.answer.body)
    })
  })

  static async start(): Promise<OtlpReceiver> {
    const receiver = new OtlpReceiver()
    receiver.#server.listen(0, '127.0.0.1')
    await once(receiver.#server, 'listening')
    receiver.url = `http://127.0.0.1:${(receiver.#server.address() as AddressInfo).port}`
    return receiver
  }

  /** Of exports sent as `http/json`. */
  spans(): ReceivedSpan[] {
    return this.#json('/v1/traces').flatMap(({ resourceSpans }) =>
      resourceSpans.flatMap(({ scopeSpans }) =>
        scopeSpans.flatMap(({ spans }) =>
          spans.map(span => ({ ...span, attributes: plain(span.attributes), links: span.links ?? [] })),
        ),
      ),
    )
  }

  /** The attributes of the first span export's resource. */
  resource(): Record<string, unknown> {
    return plain(this.#json('/v1/traces')[0]?.resourceSpans[0]?.resource.attributes ?? [])
  }

  metricNames(): string[] {
    return this.#json('/v1/metrics').flatMap(({ resourceMetrics }) =>
      resourceMetrics.flatMap(({ scopeMetrics }) =>
        scopeMetrics.flatMap(({ metrics }) => metrics.map(({ name }) => name)),
      ),
    )
  }

  /** The metrics of the export that came last, by name. */
  metrics(): ReadonlyMap<string, ReceivedMetric> {
    const last = this.exports.findLast(({ path }) => path === '/v1/metrics')
    if (last === undefined) return new Map()
    const { resourceMetrics } = JSON.parse(last.body.toString('utf8')) as JsonExport
    const all = resourceMetrics.flatMap(({ scopeMetrics }) => scopeMetrics.flatMap(({ metrics }) => metrics))
    return new Map(all.map(metric => [metric.name, received(metric)]))
  }

  /** The value of a sum of one series when it was sent last. */
  lastSum(name: string): number | undefined {
    const all = this.#json('/v1/metrics').flatMap(({ resourceMetrics }) =>
      resourceMetrics.flatMap(({ scopeMetrics }) => scopeMetrics.flatMap(({ metrics }) => metrics)),
    )
    const point = all.findLast(metric => metric.name === name)?.sum?.dataPoints[0]
    return point === undefined ? undefined : Number(point.asInt ?? point.asDouble)
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#server.closeAllConnections()
    this.#server.close()
    await once(this.#server, 'close')
  }

  #json(path: string): JsonExport[] {
    return this.exports
      .filter(each => each.path === path)
      .map(({ body }) => JSON.parse(body.toString('utf8')) as JsonExport)
  }

  async #take(request: IncomingMessage): Promise<void> {
    const chunks: Buffer[] = []
    for await (const chunk of request as AsyncIterable<Buffer>) chunks.push(chunk)
    const sent = Buffer.concat(chunks)
    const body = request.headers['content-encoding'] === 'gzip' ? gunzipSync(sent) : sent
    this.exports.push({ path: request.url ?? '', headers: request.headers, body })
    this.taken()
  }
}

interface JsonAttribute {
  key: string
  value: Record<string, unknown>
}

interface JsonMetric {
  name: string
  unit?: string
  sum?: { isMonotonic?: boolean; dataPoints: (JsonPoint & { asInt?: string | number; asDouble?: number })[] }
  gauge?: { dataPoints: JsonPoint[] }
  histogram?: { dataPoints: JsonPoint[] }
}

interface JsonPoint {
  attributes?: JsonAttribute[]
}

interface JsonExport {
  resourceSpans: {
    resource: { attributes: JsonAttribute[] }
    scopeSpans: {
      spans: (Omit<ReceivedSpan, 'attributes'> & { attributes: JsonAttribute[] })[]
    }[]
  }[]
  resourceMetrics: { scopeMetrics: { metrics: JsonMetric[] }[] }[]
}

function plain(attributes: JsonAttribute[]): Record<string, unknown> {
  return Object.fromEntries(attributes.map(({ key, value }) => [key, Object.values(value)[0]]))
}

function received({ name, unit = '', sum, gauge, histogram }: JsonMetric): ReceivedMetric {
  const type = sum?.isMonotonic === true ? 'counter' : sum ? 'updown' : gauge ? 'gauge' : 'histogram'
  const points = (sum ?? gauge ?? histogram)?.dataPoints ?? []
  return { name, unit, type, series: points.map(({ attributes = [] }) => plain(attributes)) }
}
