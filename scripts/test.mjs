// npm test [-- <workspace>…] [-- <mocha's options>]: every workspace's tests, and one line with their sum.
import { ready } from './ready.mjs'
import { hasTests, runSuites } from './suite.mjs'
import { addTally, emptyTally, tallyLine } from './tally.mjs'
import { workspaces } from './workspace.mjs'

await ready()

const args = process.argv.slice(2)
const firstOption = args.findIndex(arg => arg.startsWith('-'))
const names = firstOption < 0 ? args : args.slice(0, firstOption)
const options = firstOption < 0 ? [] : args.slice(firstOption)

const known = workspaces()
const chosen =
  names.length === 0 ? known : known.filter(({ folder, name }) => names.some(n => matches(n, folder, name)))
const unknown = names.filter(n => !known.some(({ folder, name }) => matches(n, folder, name)))
if (unknown.length > 0) {
  console.error(
    `No workspace is called ${unknown.join(', ')}; there are ${known.map(w => w.folder).join(', ')}`,
  )
  process.exit(1)
}

// A filter leaves most workspaces without a test: then it is enough that one has some.
const isFiltered = options.some(option => /^(-g|-f|--grep|--fgrep)\b/.test(option))
const sum = emptyTally()
for (const workspace of chosen.filter(candidate => candidate.isPublic || hasTests(candidate))) {
  console.log(`\n── ${workspace.name}`)
  const args = isFiltered ? [...options, '--no-fail-zero'] : options
  const tally = await runSuites(workspace, { args })
  addTally(sum, tally)
  if (isFiltered) continue
  if (tally.passed + tally.failed + tally.skipped === 0) {
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

/** @param {string} wanted @param {string} folder @param {string} name */
function matches(wanted, folder, name) {
  return wanted === folder || wanted === name || folder.endsWith(`/${wanted}`)
}
