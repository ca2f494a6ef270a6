import assert from 'node:assert/strict'
import { readFileSync, readdirSync } from 'node:fs'
import type { Panel } from '@grafana/grafana-foundation-sdk/dashboard'
import { dashboardJson } from '../src/dashboard-json.ts'
import { DASHBOARDS } from '../src/dashboards.ts'
import { knownSeries } from './known-series.ts'
import { selectorsOf, withoutVariables } from './promql-names.ts'

const folder = new URL('../grafana/', import.meta.url)
const known = knownSeries()
const COMMON = ['job', 'instance', 'le']

describe('the dashboards', () => {
  it('are in their files as their plans say: npm run generate -w dashboards', () => {
    assert.deepEqual(readdirSync(folder).sort(), DASHBOARDS.map(({ uid }) => `${uid}.json`).sort())
    for (const plan of DASHBOARDS) {
      const file = readFileSync(new URL(`${plan.uid}.json`, folder), 'utf8')
      assert.equal(file, `${JSON.stringify(dashboardJson(plan), null, 2)}\n`, plan.uid)
    }
  })

  for (const plan of DASHBOARDS) {
    describe(plan.title, () => {
      const panels = plan.rows.flatMap(row => row.panels)

      it('can be imported anywhere: no id, a chosen data source, panels that say what they show', () => {
        const json = dashboardJson(plan)
        assert.equal(json.id, undefined)
        assert.equal(json.schemaVersion, 42)
        assert.deepEqual(
          json.templating.list!.map(({ name }) => name).filter(name => name.length > 2),
          json.templating.list!.map(({ name }) => name),
        )
        const built = json.panels!.filter((panel): panel is Panel => panel.type !== 'row')
        assert.equal(built.length, panels.length)
        for (const panel of built) {
          assert.ok(panel.title !== undefined && panel.title !== '')
          assert.ok((panel.description?.length ?? 0) > 20, `${panel.title}: says nothing of itself`)
          assert.deepEqual(panel.datasource, { type: 'prometheus', uid: '${datasource}' })
          assert.ok(panel.fieldConfig?.defaults.unit, `${panel.title}: no unit`)
        }
      })

      it('has rows that are full, and titles that are told apart', () => {
        for (const row of plan.rows) {
          const width = row.panels.reduce((sum, panel) => sum + panel.width, 0)
          assert.equal(width % 24, 0, row.title)
        }
        assert.equal(new Set(panels.map(({ title }) => title)).size, panels.length)
      })

      for (const panel of panels) {
        it(`asks only for what is reported, of the chosen job and instance: ${panel.title}`, () => {
          for (const { expr, legend } of panel.queries) {
            const selectors = selectorsOf(withoutVariables(expr))
            assert.ok(selectors.length > 0)
            for (const { metric, labels } of selectors) {
              const own = known.get(metric)
              assert.ok(own, `${metric} is no series of ours`)
              assert.deepEqual(
                labels.filter(label => !own.has(label) && !COMMON.includes(label)),
                [],
              )
              assert.ok(labels.includes('job') && labels.includes('instance'), metric)
            }
            const grouped = [...expr.matchAll(/by \(([^)]*)\)/g)].flatMap(([, list]) => list!.split(', '))
            for (const [, label] of legend.matchAll(/{{(\w+)}}/g)) assert.ok(grouped.includes(label!), legend)
            const labels = new Set(selectors.flatMap(({ metric }) => [...known.get(metric)!]))
            for (const label of grouped) assert.ok(labels.has(label) || COMMON.includes(label), label)
            // A counter says something by its rise alone.
            for (const [before] of expr.matchAll(/\w*\((?=\w+_total{)/g)) {
              assert.match(before, /^(rate|increase|count|sum|)\($/)
            }
          }
        })
      }
    })
  }
})
