// npm test [-- <workspace>…] [-- <mocha's options>]: every workspace's tests, and one line with their sum.
import { availableParallelism } from 'node:os'
import { requireKnown } from './known-names.mjs'
import { ready } from './ready.mjs'
import { hasTests, runSuites } from './suite.mjs'
import { addTally, emptyTally, tallyLine } from './tally.mjs'
import { workspaces } from './workspace.mjs'

const args = process.argv.slice(2)
const firstOption = args.findIndex(arg => arg.startsWith('-'))
const names = firstOption < 0 ? args : args.slice(0, firstOption)
const options = firstOption < 0 ? [] : args.slice(firstOption)

const known = workspaces()
const folders = names.map(wanted => known.find(candidate => isCalled(candidate, wanted))?.folder ?? wanted)
requireKnown(
  'workspace',
  folders,
  known.map(({ folder }) => folder),
)
// One that is named has to have tests; of all, the published ones.
const chosen = known.filter(candidate =>
  names.length > 0 ? folders.includes(candidate.folder) : candidate.isPublic || hasTests(candidate),
)

await ready()
// Of what tests start in processes of their own, what was just built is run.
process.env['LEASEHOLD_TEST_BUILT'] = '1'

// A filter leaves most workspaces without a test: then it is enough that one has some.
const isFiltered = options.some(option => /^(-g|-f|--grep|--fgrep)\b/.test(option))
const sum = emptyTally()
// The last of the list start whole programs and take longest: begun first, none of them is waited for alone at the end.
const waiting = chosen.toReversed()
// Much of a suite is waiting for child programs, so there is one lane more than processors. What they print is then
// shown when each has ended.
const lanes = Math.min(availableParallelism() + 1, 4, chosen.length)
await Promise.all(Array.from({ length: lanes }, runLane))
if (isFiltered && sum.passed + sum.failed + sum.skipped === 0) {
  console.error('No test matches.')
  sum.failed = 1
}
console.log(`\n${tallyLine(sum)}`)
process.exitCode = sum.failed === 0 ? 0 : 1

async function runLane() {
  for (let workspace = waiting.shift(); workspace !== undefined; workspace = waiting.shift()) {
    await runWorkspace(workspace)
  }
}

/** @param {import('./workspace.mjs').Workspace} workspace */
async function runWorkspace(workspace) {
  const title = `\n── ${workspace.name}`
  if (lanes === 1) console.log(title)
  const args = isFiltered ? [...options, '--no-fail-zero'] : options
  /** @param {string} output */
  const show = output => console.log(`${title}\n${output}`)
  const tally = await runSuites(workspace, lanes === 1 ? { args } : { args, print: show })
  addTally(sum, tally)
  if (isFiltered || tally.passed + tally.failed > 0) return
  console.error(`  ${workspace.name} ran no tests, and a workspace without tests fails`)
  sum.failed += 1
}

/** @param {import('./workspace.mjs').Workspace} workspace @param {string} wanted */
function isCalled({ folder, name }, wanted) {
  return wanted === folder || wanted === name || folder.endsWith(`/${wanted}`)
}
