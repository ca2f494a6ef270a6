interface Answer {
  readonly partialSuccess?: {
    readonly errorMessage?: string | undefined
    readonly rejectedSpans?: unknown
    readonly rejectedDataPoints?: unknown
  }
}

interface Deserializer {
  deserializeResponse(data: Uint8Array): unknown
}

/** What a back end rejected although it answered 200; undefined when all was taken, or the answer is no OTLP. */
export function partialSuccess(serializer: Deserializer, answer: Uint8Array): string | undefined {
  if (answer.byteLength === 0) return undefined
  try {
    const { partialSuccess: part } = (serializer.deserializeResponse(answer) ?? {}) as Answer
    const rejected = Number(part?.rejectedSpans ?? part?.rejectedDataPoints ?? 0)
    const message = part?.errorMessage ?? ''
    if (message === '' && !(rejected > 0)) return undefined
    return `${rejected} rejected${message === '' ? '' : `: ${message}`}`
  } catch {
    return undefined
  }
}
