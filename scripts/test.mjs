// npm test [-- <workspace>…] [-- <mocha's options>]: every workspace's tests, and one line with their sum.
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

// A filter leaves most workspaces without a test: then it is enough that one has some.
const isFiltered = options.some(option => /^(-g|-f|--grep|--fgrep)\b/.test(option))
const sum = emptyTally()
for (const workspace of chosen) {
  console.log(`\n── ${workspace.name}`)
  const args = isFiltered ? [...options, '--no-fail-zero'] : options
  const tally = await runSuites(workspace, { args })
  addTally(sum, tally)
  if (isFiltered) continue
  if (tally.passed + tally.failed === 0) {
    console.error('  it ran no tests, and a workspace without tests fails')
    sum.failed += 1
  }
}
if (isFiltered && sum.passed + sum.failed + sum.skipped === 0) {
  console.error('No test matches.')
  sum.failed = 1
}
console.log(`\n${tallyLine(sum)}`)
process.exitCode = sum.failed === 0 ? 0 : 1

/** @param {import('./workspace.mjs').Workspace} workspace @param {string} wanted */
function isCalled({ folder, name }, wanted) {
  return wanted === folder || wanted === name || folder.endsWith(`/${wanted}`)
}
