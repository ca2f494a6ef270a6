// npm run e2e [-- <workspace>…]: the suites that watch a whole program through real servers, for minutes. Not part of
// npm test.
import { existsSync } from 'node:fs'
import { join } from 'node:path'
import { requireKnown } from './known-names.mjs'
import { ready } from './ready.mjs'
import { runSuites } from './suite.mjs'
import { addTally, emptyTally, tallyLine } from './tally.mjs'
import { workspaces } from './workspace.mjs'

const suites = workspaces().filter(({ path }) => existsSync(join(path, '.mocharc.e2e.cjs')))
const wanted = process.argv.slice(2)
requireKnown(
  'end-to-end suite',
  wanted,
  suites.map(({ folder }) => folder),
)

await ready()
const sum = emptyTally()
for (const workspace of suites) {
  if (wanted.length > 0 && !wanted.includes(workspace.folder)) continue
  addTally(sum, await runSuites(workspace, { only: 'e2e' }))
}
console.log(`\n${tallyLine(sum)}`)
process.exitCode = sum.failed === 0 ? 0 : 1
