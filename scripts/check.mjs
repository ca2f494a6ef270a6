// npm run check [-- <gate>…] [-- --update]: everything but the tests that must hold before a merge.
// --update rewrites what is generated and committed (API reports, reference pages) instead of comparing.
import { checkAdvisories } from './gates/advisories.mjs'
import { checkApiReports } from './gates/api-reports.mjs'
import { checkDocs } from './gates/docs.mjs'
import { checkFormat } from './gates/format.mjs'
import { checkLicences } from './gates/licences.mjs'
import { checkLint } from './gates/lint.mjs'
import { checkLockFile } from './gates/lock-file.mjs'
import { checkSite } from './gates/site.mjs'
import { checkTarballs } from './gates/tarballs.mjs'
import { checkTypes } from './gates/types.mjs'
import { checkUnused } from './gates/unused.mjs'
import { requireKnown } from './known-names.mjs'
import { ready } from './ready.mjs'
import { emptyTally, tallyLine } from './tally.mjs'

/**
 * @typedef {object} GateResult
 * @property {'passed' | 'failed' | 'skipped'} outcome
 * @property {string} [detail] what is wrong, or why it was skipped
 * @typedef {(options: { update: boolean }) => Promise<GateResult>} Gate
 */

/** @type {Record<string, Gate>} */
const gates = {
  lint: checkLint,
  format: checkFormat,
  types: checkTypes,
  docs: checkDocs,
  api: checkApiReports,
  site: checkSite,
  tarballs: checkTarballs,
  unused: checkUnused,
  licences: checkLicences,
  lock: checkLockFile,
  advisories: checkAdvisories,
}

const args = process.argv.slice(2)
const options = args.filter(arg => arg.startsWith('-'))
const names = args.filter(arg => !arg.startsWith('-'))
requireKnown('option', options, ['--update'])
requireKnown('gate', names, Object.keys(gates))
const update = options.includes('--update')

await ready()

const tally = emptyTally()
for (const [name, gate] of Object.entries(gates)) {
  if (names.length > 0 && !names.includes(name)) continue
  const started = performance.now()
  const { outcome, detail } = await attempt(gate)
  tally[outcome] += 1
  const seconds = ((performance.now() - started) / 1000).toFixed(1)
  console.log(`${outcome.padEnd(7)}  ${name.padEnd(10)}  ${seconds.padStart(5)} s`)
  if (detail) console.log(detail.trimEnd().replace(/^/gm, '    '))
}
console.log(`\n${tallyLine(tally)}`)
process.exitCode = tally.failed === 0 ? 0 : 1

/** @param {Gate} gate @returns {Promise<GateResult>} */
async function attempt(gate) {
  try {
    return await gate({ update })
  } catch (error) {
    return { outcome: 'failed', detail: String(error instanceof Error ? error.stack : error) }
  }
}
