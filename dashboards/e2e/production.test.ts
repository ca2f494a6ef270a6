import assert from 'node:assert/strict'
import { readFileSync } from 'node:fs'
import { startAlertmanager, type RealAlertmanager } from '../../test/backends/alertmanager.ts'
import { eventually } from '../../test/backends/daemon.ts'
import { startPrometheus, type RealPrometheus } from '../../test/backends/prometheus.ts'
import { DASHBOARDS } from '../src/dashboards.ts'
import { fastRules } from './fast-rules.ts'
import { startFaultyProgram, type RunningProgram } from './running-program.ts'
import { startWebhook, type Webhook } from './webhook.ts'

const ABSENT = 'LeaseholdTelemetryAbsent'

describe('a program in trouble, seen by a real Prometheus and Alertmanager', function () {
  this.timeout(240_000)
  const rules = fastRules(readFileSync(new URL('../prometheus/leasehold.rules.yml', import.meta.url), 'utf8'))
  const programs: RunningProgram[] = []
  let prometheus: RealPrometheus | undefined
  let alertmanager: RealAlertmanager | undefined
  let webhook: Webhook | undefined

  before(async function () {
    webhook = await startWebhook()
    alertmanager = await startAlertmanager(this, webhook.url)
    programs.push(await startFaultyProgram(), await startFaultyProgram())
    const targets = programs.map(({ target }) => target)
    prometheus = await startPrometheus(this, targets, { rules: rules.text, alertmanager: alertmanager.url })
  })

  after(async () => {
    await prometheus?.stop()
    await alertmanager?.stop()
    await webhook?.close()
    for (const program of programs) await program.kill()
  })

  async function told(names: readonly string[], of: 'fired' | 'resolved'): Promise<void> {
    const open = (): string[] => names.filter(name => !webhook![of].has(name))
    await eventually(async () => (open().length === 0 ? true : undefined), 90).catch(() => {})
    assert.deepEqual(open(), [], `not ${of}`)
  }

  it('fires every alert of the rules, and each reaches whoever is to be told', async () => {
    await told(
      rules.alerts.filter(name => name !== ABSENT),
      'fired',
    )
    await programs[1]!.kill()
    await told([ABSENT], 'fired')
  })

  for (const { title, rows } of DASHBOARDS) {
    for (const { title: panel, queries } of rows.flatMap(row => row.panels)) {
      it(`gives data to the panel ${title}: ${panel}`, async () => {
        for (const { expr, legend } of queries) {
          const samples = await prometheus!.query(chosen(expr))
          assert.ok(samples.length > 0, `nothing answers ${expr}`)
          for (const { labels, value } of samples) {
            assert.ok(Number.isFinite(value), `${value} of ${JSON.stringify(labels)}: ${expr}`)
            for (const [, label] of legend.matchAll(/{{(\w+)}}/g))
              assert.ok(labels[label!], `no ${label} in ${expr}`)
          }
        }
      })
    }
  }

  it('has nothing for a panel whose metric is called otherwise', async () => {
    const { expr } = DASHBOARDS[0]!.rows[1]!.panels[0]!.queries[0]!
    assert.deepEqual(await prometheus!.query(chosen(expr).replace('lease_active', 'lease_live')), [])
  })

  it('resolves every alert once all is well', async () => {
    programs[0]!.mend()
    await told(rules.alerts, 'resolved')
  })
})

/** What Grafana would put for its variables; a minute is a long time here. */
function chosen(expr: string): string {
  return expr
    .replace(/"\$\w+"/g, '".*"')
    .replaceAll('$__rate_interval', '20s')
    .replaceAll('$__range', '5m')
}
