import { SpanKind, SpanStatusCode, trace } from '@opentelemetry/api'
import { codeOf } from '../failure.ts'
import type { Reply } from './reply.ts'

/** Answers a request inside a server span named by its route, so that a trace's name never holds what was asked. */
export function withRequestSpan(route: string, path: string, handle: () => Promise<Reply>): Promise<Reply> {
  // The tracer is asked for at each request: it is that of the provider registered by then.
  const tracer = trace.getTracer('leasehold-search-service')
  const attributes = {
    'http.request.method': 'GET',
    'http.route': route,
    'url.path': path,
    'url.scheme': 'http',
  }
  return tracer.startActiveSpan(`GET ${route}`, { kind: SpanKind.SERVER, attributes }, async span => {
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
