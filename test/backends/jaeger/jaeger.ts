/**
 * A real Jaeger for tests: its all-in-one, built by `build.sh` beside this file, with its data in memory.
 */
import { existsSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { freePort, requireOrSkip, startDaemon, type Skippable } from '../daemon.ts'

const binary = fileURLToPath(new URL('../../../.cache/jaeger/all-in-one', import.meta.url))

export interface JaegerSpan {
  readonly traceID: string
  readonly spanID: string
  readonly operationName: string
  readonly references: readonly { refType: string; traceID: string; spanID: string }[]
  readonly tags: readonly { key: string; value: unknown }[]
}

export interface RealJaeger {
  /** Where OTLP traces go, whole. */
  readonly tracesUrl: string
  /** All spans of a service. */
  spans(service: string): Promise<JaegerSpan[]>
  stop(): Promise<void>
}

export async function startJaeger(hook: Skippable): Promise<RealJaeger> {
  if (!existsSync(binary)) requireOrSkip(hook, `no Jaeger: run test/backends/jaeger/build.sh`)
  hook.timeout(60_000)
  const ports = await Promise.all(Array.from({ length: 11 }, () => freePort()))
  const at = (i: number): string => `127.0.0.1:${ports[i]}`
  const flags = [
    'collector.otlp.http.host-port',
    'query.http-server.host-port',
    'admin.http.host-port',
    'collector.otlp.grpc.host-port',
    'collector.grpc-server.host-port',
    'collector.http-server.host-port',
    'query.grpc-server.host-port',
    'http-server.host-port',
    'processor.jaeger-binary.server-host-port',
    'processor.jaeger-compact.server-host-port',
    'processor.zipkin-compact.server-host-port',
  ]
  const args = flags.map((flag, i) => `--${flag}=${at(i)}`)
  const daemon = await startDaemon(binary, [...args, '--collector.otlp.enabled=true'], `http://${at(2)}/`)
  return {
    tracesUrl: `http://${at(0)}/v1/traces`,
    spans: async service => {
      const answer = await fetch(`http://${at(1)}/api/traces?service=${service}&limit=1000`)
      const { data } = (await answer.json()) as { data: { spans: JaegerSpan[] }[] | null }
      return (data ?? []).flatMap(trace => trace.spans)
    },
    stop: () => daemon.stop(),
  }
}
