import assert from 'node:assert/strict'
import { spawnSync } from 'node:child_process'
import { existsSync, readFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { parse } from 'yaml'
import { requireOrSkip } from '../../test/backends/daemon.ts'
import { DASHBOARDS } from '../src/dashboards.ts'
import { knownSeries } from './known-series.ts'
import { selectorsOf } from './promql-names.ts'

interface Rule {
  readonly record?: string
  readonly alert?: string
  readonly expr: string
  readonly labels?: Readonly<Record<string, string>>
  readonly annotations?: Readonly<Record<string, string>>
}

interface AlertTest {
  readonly alert_rule_test: readonly { readonly alertname: string; readonly exp_alerts: readonly unknown[] }[]
}

const folder = fileURLToPath(new URL('../prometheus/', import.meta.url))
const RULES = 'leasehold.rules.yml'
const TESTS = 'leasehold.rules.test.yml'
const { groups } = parse(readFileSync(folder + RULES, 'utf8')) as {
  groups: readonly { rules: readonly Rule[] }[]
}
const rules = groups.flatMap(group => group.rules)
const alerts = rules.filter(rule => rule.alert !== undefined)

function promtool(args: readonly string[]): string {
  const { status, stdout, stderr, error } = spawnSync('promtool', args, { cwd: folder, encoding: 'utf8' })
  if (error !== undefined) throw error
  assert.equal(status, 0, stdout + stderr)
  return stdout + stderr
}

describe('the Prometheus rules', () => {
  const known = knownSeries()
  const recorded = new Set(rules.flatMap(({ record }) => record ?? []))

  for (const { record, alert, expr } of rules) {
    it(`ask only for what is reported or recorded: ${record ?? alert}`, () => {
      for (const { metric, labels } of selectorsOf(expr)) {
        assert.ok(known.has(metric) || recorded.has(metric), `${metric} is no series of ours`)
        for (const label of labels)
          assert.ok(known.get(metric)!.has(label), `${metric} has no label ${label}`)
      }
    })
  }

  for (const { alert, labels, annotations } of alerts) {
    it(`tell what to do: ${alert}`, () => {
      assert.match(labels!['severity']!, /^(page|ticket)$/)
      const { summary, description, runbook_url: runbook, dashboard_url: dashboard } = annotations!
      assert.ok(summary!.includes('$labels.job') && description!.length > 20)
      const [, page] = /\/blob\/main\/(docs\/runbook\/[a-z-]+\.md)$/.exec(runbook!)!
      const file = new URL(`../../${page}`, import.meta.url)
      assert.ok(existsSync(file), `${page} is missing`)
      const family = alert!.replace(/(?<=BurnRate)\w+$/, '')
      assert.ok(
        readFileSync(file, 'utf8').includes(family) ||
          page!.includes('cleanup-success') ||
          /held|quarantine/.test(page!),
      )
      assert.ok(
        DASHBOARDS.some(({ uid }) => dashboard === `/d/${uid}`),
        dashboard,
      )
    })
  }

  it('have each alert tested where it fires and where it does not', () => {
    const { tests } = parse(readFileSync(folder + TESTS, 'utf8')) as { tests: readonly AlertTest[] }
    const cases = tests.flatMap(test => test.alert_rule_test)
    for (const { alert } of alerts) {
      const own = cases.filter(({ alertname }) => alertname === alert)
      assert.ok(
        own.some(({ exp_alerts }) => exp_alerts.length > 0),
        `${alert}: nothing shows it firing`,
      )
      assert.ok(
        own.some(({ exp_alerts }) => exp_alerts.length === 0),
        `${alert}: nothing shows it silent`,
      )
    }
  })

  describe('to promtool', function () {
    this.timeout(60_000)

    before(function () {
      if (spawnSync('promtool', ['--version']).error !== undefined) {
        requireOrSkip(this, 'no promtool on this machine')
      }
    })

    it('are well-formed', () => {
      assert.match(promtool(['check', 'rules', RULES]), /SUCCESS: \d+ rules found/)
    })

    it('fire and stay silent as their tests say', () => {
      assert.match(promtool(['test', 'rules', TESTS]), /SUCCESS/)
    })
  })
})
