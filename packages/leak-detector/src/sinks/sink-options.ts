import * as v from 'valibot'
import {
  checkOptions,
  ConfigError,
  integerFrom,
  positiveMillis,
  rule,
  type OptionSchema,
} from '@leasehold/core'

/** Options of every sink that sends over HTTP. */
export interface HttpSinkOptions {
  /** Where to. A secret in it is never printed. */
  url: string
  /** Sent with each request. Never printed. */
  headers?: Readonly<Record<string, string>> | undefined
  /** For one request. Default 5,000. */
  timeoutMillis?: number | undefined
  /** How often a request is made until it is given up; in between, a back-off with jitter. Default 5. */
  attempts?: number | undefined
  /** How many alerts may wait; beyond, the oldest are dropped. Default 1,000. */
  queueLimit?: number | undefined
}

const headers = rule<Record<string, string>>('an object of strings', given => {
  if (typeof given !== 'object' || given === null) return false
  try {
    const kept = new Headers(given as Record<string, string>)
    return Object.entries(given).every(([name, value]) => typeof value === 'string' && kept.has(name))
  } catch {
    return false
  }
})

const schema: OptionSchema = v.strictObject({
  // Looked into by checkUrl, whose error does not show it.
  url: rule('an http or https URL', () => true),
  headers: v.optional(rule('an object of strings', given => v.is(headers, given))),
  timeoutMillis: v.optional(positiveMillis),
  attempts: v.optional(integerFrom(1, 100)),
  queueLimit: v.optional(integerFrom(1, 100_000)),
})

/** @throws ConfigError for the first option that is wrong; without what came: it may be a secret in the wrong place */
export function checkSinkOptions(owner: string, options: unknown): void {
  try {
    checkOptions(owner, schema, options)
  } catch (error) {
    const { option, expected, received, message } = error as ConfigError
    if (typeof received === 'number' || typeof received === 'undefined') throw error
    const text = typeof received === 'string' ? `${owner}: ${option} must be ${expected}` : message
    throw new ConfigError(owner, option, expected, undefined, text)
  }
}

/** Where to send: a name and a password in the URL become a header, as fetch refuses them. */
export interface Endpoint {
  readonly url: string
  readonly headers: Readonly<Record<string, string>>
  /** What may be printed: the host. */
  readonly shown: string
}

/** @throws ConfigError, without the URL: it may hold a secret */
export function endpointOf(owner: string, options: HttpSinkOptions): Endpoint {
  let url: URL
  try {
    url = new URL(options.url)
    if (url.protocol !== 'http:' && url.protocol !== 'https:') throw new TypeError('another protocol')
  } catch {
    throw new ConfigError(
      owner,
      'url',
      'an http or https URL',
      undefined,
      `${owner}: url must be an http or https URL`,
    )
  }
  const { username, password, host } = url
  const own = { ...options.headers }
  if (username !== '' || password !== '') {
    const pair = `${decodeURIComponent(username)}:${decodeURIComponent(password)}`
    own['authorization'] ??= `Basic ${Buffer.from(pair).toString('base64')}`
    url.username = ''
    url.password = ''
  }
  return { url: url.href, headers: own, shown: host }
}
