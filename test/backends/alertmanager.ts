/**
 * A real Alertmanager for tests, from the system's packages, on a free port of 127.0.0.1, with its data in a temporary
 * folder; it passes on all that it gets, at once.
 */
import { existsSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { delimiter, join } from 'node:path'
import { freePort, requireOrSkip, startDaemon, type Skippable } from './daemon.ts'

/** Debian's name, and the project's own. */
const NAMES = ['prometheus-alertmanager', 'alertmanager']

export interface RealAlertmanager {
  /** The root of its API. */
  readonly url: string
  stop(): Promise<void>
}

/** Starts one that tells `webhookUrl` of what fires and of what is resolved. */
export async function startAlertmanager(hook: Skippable, webhookUrl: string): Promise<RealAlertmanager> {
  const binary = (process.env['PATH'] ?? '')
    .split(delimiter)
    .flatMap(folder => NAMES.map(name => join(folder, name)))
    .find(existsSync)
  if (binary === undefined) requireOrSkip(hook, 'no prometheus-alertmanager on this machine')
  hook.timeout(60_000)
  const folder = mkdtempSync(join(tmpdir(), 'leasehold-alertmanager-'))
  const config = join(folder, 'alertmanager.yml')
  const route =
    '{ receiver: test, group_by: ["..."], group_wait: 0s, group_interval: 1s, repeat_interval: 1h }'
  const receiver = `{ name: test, webhook_configs: [{ url: '${webhookUrl}', send_resolved: true }] }`
  writeFileSync(config, `route: ${route}\nreceivers:\n  - ${receiver}\n`)
  const url = `http://127.0.0.1:${await freePort()}`
  const args = [
    `--config.file=${config}`,
    `--storage.path=${join(folder, 'data')}`,
    `--web.listen-address=${new URL(url).host}`,
    // Alone: it would look for a private address of this machine, which may have none.
    '--cluster.listen-address=',
  ]
  const remove = (): void => rmSync(folder, { recursive: true, force: true })
  try {
    const daemon = await startDaemon(binary as string, args, `${url}/-/ready`)
    return {
      url,
      stop: async () => {
        await daemon.stop()
        remove()
      },
    }
  } catch (error) {
    remove()
    throw error
  }
}
