import type { SendingSink } from './alert-sink.ts'
import { HttpSink } from './http-sink.ts'
import type { HttpSinkOptions } from './sink-options.ts'

/**
 * Posts each alert as it is, as JSON.
 *
 * @throws ConfigError for an option that is unknown or wrong
 */
export function webhook(options: HttpSinkOptions): SendingSink {
  return new HttpSink('webhook', options, { bodyOf: alert => alert })
}
