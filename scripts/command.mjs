// Starting other programs. Tools are run as `node <their bin file>`: no shell, so quoting and .cmd files
// on Windows are nobody's concern.
import { spawn } from 'node:child_process'
import { existsSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { readJson, root } from './workspace.mjs'

/**
 * @typedef {object} CommandOptions
 * @property {string} [cwd]
 * @property {Record<string, string | undefined>} [env] added to the process's own
 */

/**
 * Runs Node with the terminal shared. Resolves with the exit code; a death by signal is 1.
 * @param {string[]} args @param {CommandOptions} [options] @returns {Promise<number>}
 */
export async function runNode(args, options = {}) {
  return (await start(args, options, 'inherit')).code
}

/**
 * Runs Node and gathers what it prints, both streams in the order they came.
 * @param {string[]} args @param {CommandOptions} [options]
 */
export function captureNode(args, options = {}) {
  return start(args, options, 'pipe')
}

/**
 * @param {string[]} args @param {CommandOptions} options @param {'inherit' | 'pipe'} output
 * @returns {Promise<{ code: number, output: string, stdout: string }>}
 */
function start(args, { cwd = root, env = {} }, output) {
  return new Promise((resolve, reject) => {
    const child = spawn(process.execPath, args, {
      cwd,
      env: { ...process.env, ...env },
      stdio: ['ignore', output, output],
    })
    let both = ''
    let stdout = ''
    child.stdout?.setEncoding('utf8').on('data', text => {
      stdout += text
      both += text
    })
    child.stderr?.setEncoding('utf8').on('data', text => (both += text))
    child.once('error', reject)
    child.once('close', code => resolve({ code: code ?? 1, output: both, stdout }))
  })
}

/** The bin file of an installed tool. @param {string} packageName @param {string} [binName] */
export function tool(packageName, binName = packageName) {
  const folder = join(root, 'node_modules', packageName)
  const { bin } = readJson(join(folder, 'package.json'))
  return join(folder, typeof bin === 'string' ? bin : bin[binName])
}

/** npm's own entry file, for `node <npm> …`. */
export function npm() {
  const candidates = [
    process.env['npm_execpath'],
    join(dirname(process.execPath), 'node_modules/npm/bin/npm-cli.js'),
    join(dirname(process.execPath), '../lib/node_modules/npm/bin/npm-cli.js'),
  ]
  const found = candidates.find(file => file?.endsWith('npm-cli.js') && existsSync(file))
  if (found === undefined) throw new Error('npm was not found: run this through npm, e.g. "npm test"')
  return found
}
