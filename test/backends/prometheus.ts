/**
 * A real Prometheus for tests, from the system's packages, with its data in a temporary folder.
 */
import { existsSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { delimiter, join } from 'node:path'
import { freePort, requireOrSkip, startDaemon, type Skippable } from './daemon.ts'

export interface RealPrometheus {
  /** An instant query's values, by the labels of each. */
  query(expression: string): Promise<{ labels: Record<string, string>; value: number }[]>
  stop(): Promise<void>
}

/** Rules, evaluated each second, and whom to tell of their alerts. */
export interface Alerting {
  /** A file's text. */
  readonly rules: string
  /** The root of an Alertmanager's API. */
  readonly alertmanager: string
}

/** Starts one that scrapes `targets` (`host:port`) each second. */
export async function startPrometheus(
  hook: Skippable,
  targets: readonly string[],
  alerting?: Alerting,
): Promise<RealPrometheus> {
  const binary = (process.env['PATH'] ?? '')
    .split(delimiter)
    .map(folder => join(folder, 'prometheus'))
    .find(existsSync)
  if (binary === undefined) requireOrSkip(hook, 'no prometheus on this machine')
  hook.timeout(60_000)
  const folder = mkdtempSync(join(tmpdir(), 'leasehold-prometheus-'))
  const config = join(folder, 'prometheus.yml')
  const list = targets.map(target => `'${target}'`).join(', ')
  const lines = [
    'global: { scrape_interval: 1s, evaluation_interval: 1s }',
    `scrape_configs: [{ job_name: leasehold, static_configs: [{ targets: [${list}] }] }]`,
  ]
  if (alerting !== undefined) {
    const rules = join(folder, 'rules.yml')
    writeFileSync(rules, alerting.rules)
    const { host } = new URL(alerting.alertmanager)
    lines.push(`rule_files: ['${rules}']`)
    lines.push(`alerting: { alertmanagers: [{ static_configs: [{ targets: ['${host}'] }] }] }`)
  }
  writeFileSync(config, `${lines.join('\n')}\n`)
  const url = `http://127.0.0.1:${await freePort()}`
  const args = [
    `--config.file=${config}`,
    `--storage.tsdb.path=${join(folder, 'data')}`,
    `--web.listen-address=${new URL(url).host}`,
  ]
  const daemon = await startDaemon(binary as string, args, `${url}/-/ready`)
  return {
    query: async expression => {
      const answer = await fetch(`${url}/api/v1/query?query=${encodeURIComponent(expression)}`)
      const { data } = (await answer.json()) as { data: { result: Sample[] } }
      return data.result.map(({ metric, value }) => ({ labels: metric, value: Number(value[1]) }))
    },
    stop: async () => {
      await daemon.stop()
      rmSync(folder, { recursive: true, force: true })
    },
  }
}

interface Sample {
  readonly metric: Record<string, string>
  readonly value: readonly [number, string]
}
