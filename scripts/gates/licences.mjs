// Whoever installs a package of ours gets only licences of this list. Development tools are not shipped.
import { existsSync } from 'node:fs'
import { join } from 'node:path'
import { readJson, root } from '../workspace.mjs'
import { outcomeOfProblems } from './outcome.mjs'

const allowed = new Set([
  'MIT',
  'Apache-2.0',
  'ISC',
  'BSD-2-Clause',
  'BSD-3-Clause',
  '0BSD',
  'BlueOak-1.0.0',
  'PostgreSQL',
])

/** @type {import('../check.mjs').Gate} */
export async function checkLicences() {
  /** @type {Record<string, { dev?: boolean, devOptional?: boolean, link?: boolean, license?: string }>} */
  const packages = readJson(join(root, 'package-lock.json')).packages
  const shipped = Object.entries(packages).filter(([path, entry]) => isShipped(path, entry))
  return outcomeOfProblems(
    shipped.flatMap(([path, entry]) => {
      const manifest = join(root, path, 'package.json')
      const licence = existsSync(manifest) ? readJson(manifest).license : entry.license
      return isAllowed(licence)
        ? []
        : [`${path}: ${JSON.stringify(licence) ?? 'no licence'} is not on the list`]
    }),
  )
}

/**
 * An optional peer, such as a test runner, is the user's own; here it is a development tool.
 * @param {string} path @param {{ dev?: boolean, devOptional?: boolean, link?: boolean }} entry
 */
function isShipped(path, entry) {
  return (
    path.includes('node_modules/') && entry.dev !== true && entry.devOptional !== true && entry.link !== true
  )
}

/** SPDX expressions of the simple kind: "A", "(A OR B)", "A AND B". @param {unknown} licence */
function isAllowed(licence) {
  if (typeof licence !== 'string') return false
  const alternatives = licence.replace(/[()]/g, '').split(' OR ')
  return alternatives.some(choice => choice.split(' AND ').every(name => allowed.has(name.trim())))
}
