// Running the mocha suites of a workspace and counting them, for the test and coverage scripts.
import { existsSync, mkdtempSync, readdirSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { captureNode, runNode, tool } from './command.mjs'
import { addTally, emptyTally } from './tally.mjs'
import { filesUnder, readJson, root } from './workspace.mjs'

/** @param {import('./workspace.mjs').Workspace} workspace */
export function hasTests(workspace) {
  return filesUnder(workspace.path, name => name.endsWith('.test.ts')).length > 0
}

/**
 * @typedef {object} SuiteOptions
 * @property {string[]} [args] for mocha
 * @property {string[]} [wrapper] a Node program that starts mocha
 * @property {string} [only] the one suite `.mocharc.<only>.cjs`. Default: all but `e2e`, which takes minutes and real servers
 * @property {(output: string) => void} [print] is given all output at the end; without it the terminal is shared
 */

/**
 * Runs every suite of the workspace: `.mocharc.cjs`, and each `.mocharc.<what>.cjs` beside it for tests
 * that need a process of their own (another Node flag, say).
 * @param {import('./workspace.mjs').Workspace} workspace
 * @param {SuiteOptions} [options]
 */
export async function runSuites(workspace, options = {}) {
  const sum = emptyTally()
  if (!hasTests(workspace)) return sum
  const { only } = options
  const configs = readdirSync(workspace.path)
    .filter(name => /^\.mocharc(\..+)?\.cjs$/.test(name))
    .filter(name => (only === undefined ? name !== '.mocharc.e2e.cjs' : name === `.mocharc.${only}.cjs`))
  for (const config of configs.sort()) addTally(sum, await runSuite(workspace, config, options))
  return sum
}

/** @param {import('./workspace.mjs').Workspace} workspace @param {string} config @param {SuiteOptions} options */
async function runSuite(workspace, config, { args = [], wrapper = [], print }) {
  const folder = mkdtempSync(join(tmpdir(), 'leasehold-counts-'))
  const counts = join(folder, 'counts.json')
  try {
    const mocha = [tool('mocha'), '--config', config, '--reporter', join(root, 'scripts/mocha-reporter.cjs')]
    const command = [...wrapper, ...mocha, ...args]
    const options = { cwd: workspace.path, env: { LEASEHOLD_TEST_COUNTS: counts } }
    let code
    if (print === undefined) code = await runNode(command, options)
    else {
      const captured = await captureNode(command, options)
      print(captured.output)
      code = captured.code
    }
    const tally = existsSync(counts) ? readJson(counts) : emptyTally()
    // A suite that could not start, ran nothing or died after its last test has failed, whatever it counted.
    if (code !== 0 && tally.failed === 0) tally.failed = 1
    return tally
  } finally {
    rmSync(folder, { recursive: true, force: true })
  }
}
