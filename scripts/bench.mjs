// npm run bench -- <area>… [--smoke] [options]: runs benchmarks/<area>.ts, compiled, against the built packages:
// a loader that compiles at run time makes the code under test slower by a fifth. Without an area it names them;
// with --smoke and none it runs all, for their working only. --gate fails where a ratio is a quarter worse than in
// benchmarks/baseline.json, --record writes that file.
import { mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { ratiosIn, recordBaseline, worseThanBaseline } from './bench-gate.mjs'
import { runNode } from './command.mjs'
import { requireKnown } from './known-names.mjs'
import { ready } from './ready.mjs'
import { emptyTally, tallyLine } from './tally.mjs'
import { filesUnder, root } from './workspace.mjs'

const folder = join(root, 'benchmarks')
const files = filesUnder(folder, name => name.endsWith('.ts')).filter(file => !file.includes('/'))

// What another one imports is a part of it, and no area of its own.
const imported = new Set(files.flatMap(file => importsOf(join(folder, file))))
const known = files
  .map(file => file.replace(/\.ts$/, ''))
  .filter(area => !imported.has(area))
  .sort()

const args = process.argv.slice(2)
const isGate = args.includes('--gate')
const isRecord = args.includes('--record')
const options = args.filter(arg => arg.startsWith('-') && arg !== '--gate' && arg !== '--record')
const named = args.filter(arg => !arg.startsWith('-'))
requireKnown('area', named, known)
const areas = named.length === 0 && (options.includes('--smoke') || isGate || isRecord) ? known : named
if (areas.length === 0) {
  console.error(`Usage: npm run bench -- <area>… [--smoke | --gate | --record]; areas: ${known.join(', ')}`)
  process.exit(1)
}

await ready()
const tally = emptyTally()
const temporary = mkdtempSync(join(tmpdir(), 'leasehold-bench-'))
const ratios = {}
for (const area of areas) {
  console.log(`\n── ${area}`)
  const program = join(folder, 'dist', `${area}.js`)
  const figures = join(temporary, `${area}.jsonl`)
  const code = await runNode(['--expose-gc', '--no-warnings', program, ...options], {
    env: { LEASEHOLD_BENCH_FIGURES: figures },
  })
  Object.assign(ratios, ratiosIn(figures, area))
  tally[code === 0 ? 'passed' : 'failed'] += 1
}
rmSync(temporary, { recursive: true })
if (isRecord && tally.failed === 0) recordBaseline(ratios)
if (isGate) {
  const worse = worseThanBaseline(ratios)
  console.log(
    `\n── the baseline: ${Object.keys(ratios).length} ratios\n${worse.map(line => `  ${line}\n`).join('')}`,
  )
  tally[worse.length === 0 ? 'passed' : 'failed'] += 1
}
console.log(`\n${tallyLine(tally)}`)
process.exitCode = tally.failed === 0 ? 0 : 1

/** @param {string} file */
function importsOf(file) {
  return [...readFileSync(file, 'utf8').matchAll(/from '\.\/([^'/]+)\.ts'/g)].map(match => match[1])
}
