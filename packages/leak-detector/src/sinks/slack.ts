import type { Alert } from '../alert.ts'
import type { SendingSink } from './alert-sink.ts'
import { HttpSink } from './http-sink.ts'
import type { HttpSinkOptions } from './sink-options.ts'

const FRAMES = 5

/**
 * Posts each alert to an incoming webhook of Slack's, or of what takes the same (Mattermost, Discord's `/slack`).
 *
 * @throws ConfigError for an option that is unknown or wrong
 */
export function slack(options: HttpSinkOptions): SendingSink {
  return new HttpSink('slack', options, { bodyOf: alert => ({ text: textOf(alert) }) })
}

function textOf({ state, severity, text, stack, runbook }: Alert): string {
  const head = state === 'resolved' ? 'RESOLVED' : severity.toUpperCase()
  const frames = stack?.split('\n').slice(0, FRAMES).join('\n')
  return [
    `*${head}* ${escaped(text)}`,
    ...(state === 'firing' && frames !== undefined ? ['```\n' + escaped(frames) + '\n```'] : []),
    `<${runbook}|what to do>`,
  ].join('\n')
}

/** What Slack would take for a link, or a mention of everybody. */
function escaped(text: string): string {
  return text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;').replaceAll('`', "'")
}
