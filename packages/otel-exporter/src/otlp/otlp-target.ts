export type OtlpProtocol = 'http/protobuf' | 'http/json'

/** Where to send, and how. What is undefined is taken from `OTEL_EXPORTER_OTLP_*`, else the SDK's default. */
export interface OtlpTarget {
  /** The whole URL. */
  readonly url: string
  readonly headers?: Readonly<Record<string, string>> | undefined
  readonly timeoutMillis?: number | undefined
  readonly compression?: 'gzip' | 'none' | undefined
  readonly protocol: OtlpProtocol
}
