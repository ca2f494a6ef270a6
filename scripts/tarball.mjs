// The packages as npm would publish them.
import { mkdirSync } from 'node:fs'
import { join } from 'node:path'
import { captureNode, npm } from './command.mjs'
import { publicPackages } from './workspace.mjs'

/**
 * Packs every public package into a folder.
 * @param {string} folder @returns {Promise<{ name: string, file: string }[]>}
 */
export async function packPublic(folder) {
  mkdirSync(folder, { recursive: true })
  const packages = publicPackages()
  const selected = packages.flatMap(({ folder: workspace }) => ['--workspace', workspace])
  const args = [npm(), 'pack', '--json', '--loglevel=error', '--pack-destination', folder, ...selected]
  const { code, output, stdout } = await captureNode(args)
  if (code !== 0) throw new Error(`npm pack failed:\n${output}`)
  /** @type {{ name: string, filename: string }[]} */
  const packed = Object.values(JSON.parse(stdout))
  return packed.map(({ name, filename }) => ({ name, file: join(folder, filename) }))
}
