// The lock file works with whatever registry a machine is set up for only while it names none.
import { join } from 'node:path'
import { readJson, root } from '../workspace.mjs'
import { outcomeOfProblems } from './outcome.mjs'

/** @type {import('../check.mjs').Gate} */
export async function checkLockFile() {
  /** @type {Record<string, { resolved?: string, link?: boolean }>} */
  const packages = readJson(join(root, 'package-lock.json')).packages
  const withAddress = Object.entries(packages).filter(([, entry]) => entry.resolved?.includes('://'))
  return outcomeOfProblems(
    withAddress.map(([path]) => `package-lock.json holds a download address for ${path}`),
  )
}
