/** Writes the dashboards' files; a test fails where they differ from their plans. */
import { writeFileSync } from 'node:fs'
import { dashboardJson } from './dashboard-json.ts'
import { DASHBOARDS } from './dashboards.ts'

for (const plan of DASHBOARDS) {
  const file = new URL(`../grafana/${plan.uid}.json`, import.meta.url)
  writeFileSync(file, `${JSON.stringify(dashboardJson(plan), null, 2)}\n`)
}
