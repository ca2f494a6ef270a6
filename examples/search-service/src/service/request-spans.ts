import { SpanKind, SpanStatusCode, trace } from '@opentelemetry/api'
import { codeOf } from '../failure.ts'
import type { Reply } from './reply.ts'

/** Answers requests inside server spans. */
export class RequestSpans {
  #recorded = 0

  /** How many of the spans were recorded: none without a back end, a share of them under sampling. */
  get recorded(): number {
    return this.#recorded
  }

  /** The span is named by the route, so that no name holds what was asked. */
  async run(route: string, path: string, handle: () => Promise<Reply>): Promise<Reply> {
    const tracer = trace.getTracer('leasehold-search-service')
    const attributes = {
      'http.request.method': 'GET',
      'http.route': route,
      'url.path': path,
      'url.scheme': 'http',
    }
    return await tracer.startActiveSpan(`GET ${route}`, { kind: SpanKind.SERVER, attributes }, async span => {
      if (span.isRecording()) this.#recorded++
      try {
        const reply = await handle()
        span.setAttribute('http.response.status_code', reply.status)
        return reply
      } catch (error) {
        const type = codeOf(error) ?? (error instanceof Error ? error.name : 'Error')
        span.setAttributes({ 'http.response.status_code': 500, 'error.type': type })
        span.setStatus({ code: SpanStatusCode.ERROR })
        throw error
      } finally {
        span.end()
      }
    })
  }
}
