import type { HttpAnswer } from './http-post.ts'

/** What a back end says of an export that it took. */
export interface OtlpAnswer {
  /** Items that it did not take all the same. */
  readonly rejected: number
  readonly message: string
}

interface Message {
  readonly partialSuccess?: {
    readonly errorMessage?: unknown
    readonly rejectedSpans?: unknown
    readonly rejectedDataPoints?: unknown
    readonly rejectedLogRecords?: unknown
  } | null
}

// eslint-disable-next-line no-control-regex
const CONTROL = /[\u0000-\u0008\u000e-\u001f]/

interface Deserializer {
  deserializeResponse(data: Uint8Array): unknown
}

/**
 * Reads the body of a 2xx answer, by what it is: some back ends say no content type, or a wrong one. An empty one is
 * "all taken".
 *
 * @param protobuf that of the signal
 * @throws Error for what is no OTLP: a page of a proxy, or of whatever else listens at that port
 */
export function readOtlpAnswer(protobuf: Deserializer, { body, contentType }: HttpAnswer): OtlpAnswer {
  const { partialSuccess } = message(protobuf, body, contentType ?? '')
  const { rejectedSpans, rejectedDataPoints, rejectedLogRecords } = partialSuccess ?? {}
  const rejected = Number(rejectedSpans ?? rejectedDataPoints ?? rejectedLogRecords ?? 0)
  const text = partialSuccess?.errorMessage
  return { rejected: rejected > 0 ? rejected : 0, message: typeof text === 'string' ? text : '' }
}

function message(protobuf: Deserializer, body: Buffer, contentType: string): Message {
  if (body.byteLength === 0) return {}
  try {
    const text = body.toString('utf8').trim()
    if (text.startsWith('{')) return JSON.parse(text) as Message
    // Every message in protobuf that says something has a control character.
    if (/html|json/i.test(contentType) || !CONTROL.test(text)) throw new Error('a text')
    return protobuf.deserializeResponse(body) as Message
  } catch {
    const what = contentType === '' ? 'no content type' : contentType
    throw new Error(`what answers there is no OTLP back end (${what}): is the URL right?`)
  }
}
