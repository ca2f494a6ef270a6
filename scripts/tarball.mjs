// The packages as npm would publish them.
import { mkdirSync } from 'node:fs'
import { join } from 'node:path'
import { captureNode, npm } from './command.mjs'
import { publicPackages, root } from './workspace.mjs'

/**
 * @typedef {object} Packed
 * @property {string} name
 * @property {string} version
 * @property {string} folder the package's own, relative to the root
 * @property {string} file the tarball's path
 * @property {number} size the tarball's, in bytes
 * @property {number} unpackedSize in bytes
 * @property {{ path: string, size: number }[]} files
 */

/**
 * Packs every public package into a folder.
 * @param {string} folder @returns {Promise<Packed[]>}
 */
export async function packPublic(folder) {
  const packages = publicPackages()
  const selected = packages.flatMap(({ folder: workspace }) => ['--workspace', workspace])
  return (await pack(root, folder, selected)).map(packed => ({
    ...packed,
    folder: packages.find(({ name }) => name === packed.name)?.folder ?? '',
  }))
}

/**
 * `npm pack` in a folder that holds a package.
 * @param {string} source @param {string} folder where the tarball goes @param {string[]} [args]
 * @returns {Promise<Omit<Packed, 'folder'>[]>}
 */
export async function pack(source, folder, args = []) {
  mkdirSync(folder, { recursive: true })
  const command = [npm(), 'pack', '--json', '--loglevel=error', '--pack-destination', folder, ...args]
  const { code, output, stdout } = await captureNode(command, { cwd: source })
  if (code !== 0) throw new Error(`npm pack failed:\n${output}`)
  /** @type {(Omit<Packed, 'folder' | 'file'> & { filename: string })[]} */
  const packed = Object.values(JSON.parse(stdout))
  return packed.map(({ name, version, filename, size, unpackedSize, files }) => ({
    name,
    version,
    file: join(folder, filename),
    size,
    unpackedSize,
    files,
  }))
}
