// npm run build: installs what is missing and builds what changed. Every other script begins here, so
// that each npm command works alone on a fresh clone. With nothing to do it prints nothing.
import { existsSync, realpathSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { npm, runNode, tool } from './command.mjs'
import { publicPackages, readJson, root } from './workspace.mjs'

/** Ends the process with a message when the workspace cannot be made ready. */
export async function ready() {
  requireNode()
  await install()
  await build()
}

function requireNode() {
  const [major = 0, minor = 0] = process.versions.node.split('.').map(Number)
  if (major > 20 || (major === 20 && minor >= 19)) return
  fail(`Leasehold needs Node.js 20.19 or newer; this is ${process.version}`)
}

async function install() {
  const missing = !existsSync(installedLock)
  if (!missing && isInstalled()) return
  console.log(missing ? 'Installing dependencies…' : 'Updating dependencies: the lock file has changed…')
  // `npm ci` begins by deleting node_modules. Where there is one, an install that saves nothing brings it to
  // the lock file's state in a fraction of the time, and under nobody's feet.
  const args = missing ? ['ci'] : ['install', '--no-save']
  const code = await runNode([npm(), ...args, '--no-audit', '--no-fund', '--loglevel=error'])
  if (code !== 0) fail(`npm ${args.join(' ')} failed`, code)
}

const installedLock = join(root, 'node_modules/.package-lock.json')

/**
 * npm keeps in node_modules a copy of what it installed. It is compared with the lock file, so an
 * install by hand counts as well as ours does. Optional packages of other platforms are rightly absent.
 */
function isInstalled() {
  const wanted = readJson(join(root, 'package-lock.json')).packages
  const present = readJson(installedLock).packages
  return Object.entries(wanted).every(([path, entry]) => {
    if (path === '' || !path.includes('node_modules/')) return true
    const found = present[path]
    if (found === undefined) return entry.optional === true || entry.devOptional === true
    return found.version === entry.version && found.integrity === entry.integrity
  })
}

async function build() {
  if (publicPackages().some(({ path }) => !existsSync(join(path, 'dist')))) console.log('Building…')
  const code = await runNode([tool('typescript', 'tsc'), '-b'])
  if (code !== 0) fail('The build failed', code)
}

/** @param {string} message @param {number} [code] @returns {never} */
function fail(message, code = 1) {
  console.error(message)
  process.exit(code)
}

if (process.argv[1] && realpathSync(process.argv[1]) === fileURLToPath(import.meta.url)) await ready()
