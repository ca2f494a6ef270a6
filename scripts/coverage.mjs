// npm run coverage [-- <package>…]: c8 over each public package's tests. A package with a bar fails below it.
// The closing line counts packages: their tests are counted by npm test.
import { existsSync, readFileSync } from 'node:fs'
import { basename, join } from 'node:path'
import { tool } from './command.mjs'
import { requireKnown } from './known-names.mjs'
import { ready } from './ready.mjs'
import { runSuites } from './suite.mjs'
import { emptyTally, tallyLine } from './tally.mjs'
import { filesUnder, publicPackages, readJson } from './workspace.mjs'

/** Percent of lines and of branches; a package that is not listed is reported only. @type {Record<string, number>} */
const bars = { '@leasehold/core': 95 }

const packages = publicPackages()
const names = process.argv.slice(2)
requireKnown('published package', names, packages.map(shortName))

await ready()
const sum = emptyTally()
/** @type {string[]} */
const rows = []
for (const workspace of packages) {
  if (names.length > 0 && !names.includes(shortName(workspace))) continue
  console.log(`\n── ${workspace.name}`)
  const folder = join(workspace.path, 'coverage')
  const wrapper = [
    tool('c8'),
    '--all',
    '--src=src',
    '--include=src/**/*.ts',
    '--exclude=**/*.d.ts',
    // A browser runs it, which c8 does not see.
    '--exclude=src/page/**',
    ...typeFiles(workspace.path).map(file => `--exclude=${file}`),
    '--exclude-after-remap',
    '--reporter=text',
    '--reporter=json-summary',
    `--reports-dir=${folder}`,
    `--temp-directory=${join(folder, 'raw')}`,
    process.execPath,
  ]
  const { failed } = await runSuites(workspace, { wrapper })
  const { reached, text } = verdict(workspace.name, join(folder, 'coverage-summary.json'))
  const passed = reached && failed === 0
  sum[passed ? 'passed' : 'failed'] += 1
  rows.push(`${passed ? 'passed' : 'failed'}  ${text}${failed > 0 ? `; ${failed} tests failed` : ''}`)
}
console.log(`\n${rows.join('\n')}\n\n${tallyLine(sum)}`)
process.exitCode = sum.failed === 0 ? 0 : 1

/** @param {import('./workspace.mjs').Workspace} workspace */
function shortName({ folder }) {
  return basename(folder)
}

/** Files of types alone: nothing of them runs, so nothing can load them. @param {string} folder */
function typeFiles(folder) {
  return filesUnder(join(folder, 'src'), name => name.endsWith('.ts'))
    .filter(file => /^export \{\};\s*(\/\/.*)?\s*$/.test(readFileSync(built(folder, file), 'utf8')))
    .map(file => `src/${file}`)
}

/** @param {string} folder @param {string} file */
function built(folder, file) {
  return join(folder, 'dist', file.replace(/\.ts$/, '.js'))
}

/** @param {string} name @param {string} file */
function verdict(name, file) {
  if (!existsSync(file)) return { reached: false, text: `${name}: no test ran` }
  const { lines, branches } = readJson(file).total
  const text = `${name}: lines ${lines.pct} %, branches ${branches.pct} %`
  const bar = bars[name]
  if (bar === undefined) return { reached: true, text: `${text} (no bar)` }
  return { reached: lines.pct >= bar && branches.pct >= bar, text: `${text} (the bar: ${bar} % of each)` }
}
