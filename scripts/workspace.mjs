// Where the workspace's parts are. Every script asks here, so adding a package changes no script.
import { existsSync, readFileSync, readdirSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'

/** The repository's root folder. */
export const root = dirname(dirname(fileURLToPath(import.meta.url)))

/** @param {string} file @returns {any} */
export function readJson(file) {
  return JSON.parse(readFileSync(file, 'utf8'))
}

/**
 * @typedef {object} Workspace
 * @property {string} name the npm name
 * @property {string} folder relative to the root, with forward slashes
 * @property {string} path absolute
 * @property {any} manifest its package.json
 * @property {boolean} isPublic whether it is published
 */

/** All workspaces in the order that the root's package.json names them. @returns {Workspace[]} */
export function workspaces() {
  /** @type {string[]} */
  const patterns = readJson(join(root, 'package.json')).workspaces
  return patterns.flatMap(pattern => foldersOf(pattern)).map(describe)
}

/** The packages that are published. */
export function publicPackages() {
  return workspaces().filter(workspace => workspace.isPublic)
}

/** @param {string} pattern a folder, or a folder with `/*` behind it: the only patterns in use */
function foldersOf(pattern) {
  if (!pattern.endsWith('/*')) return existsSync(join(root, pattern, 'package.json')) ? [pattern] : []
  const parent = pattern.slice(0, -2)
  if (!existsSync(join(root, parent))) return []
  return readdirSync(join(root, parent))
    .sort()
    .map(name => `${parent}/${name}`)
    .filter(folder => existsSync(join(root, folder, 'package.json')))
}

/** @param {string} folder @returns {Workspace} */
function describe(folder) {
  const path = join(root, folder)
  const manifest = readJson(join(path, 'package.json'))
  return { name: manifest.name, folder, path, manifest, isPublic: manifest.private !== true }
}

/**
 * Files under a folder, relative to it, without node_modules and dist.
 * @param {string} folder @param {(name: string) => boolean} wanted @returns {string[]}
 */
export function filesUnder(folder, wanted) {
  if (!existsSync(folder)) return []
  /** @type {string[]} */
  const found = []
  for (const entry of readdirSync(folder, { withFileTypes: true })) {
    if (entry.isDirectory() && entry.name !== 'node_modules' && entry.name !== 'dist') {
      const below = filesUnder(join(folder, entry.name), wanted)
      found.push(...below.map(file => `${entry.name}/${file}`))
    } else if (entry.isFile() && wanted(entry.name)) found.push(entry.name)
  }
  return found.sort()
}
