// npm run e2e: the suites that watch a whole program through real servers, for minutes. Not part of npm test.
import { ready } from './ready.mjs'
import { runSuites } from './suite.mjs'
import { addTally, emptyTally, tallyLine } from './tally.mjs'
import { workspaces } from './workspace.mjs'

await ready()
const sum = emptyTally()
for (const workspace of workspaces()) addTally(sum, await runSuites(workspace, { only: 'e2e' }))
console.log(`\n${tallyLine(sum)}`)
process.exitCode = sum.failed === 0 ? 0 : 1
