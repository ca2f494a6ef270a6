// memmap-napi as it is published: one package a platform with its binary, and the package itself, which names those as
// optional dependencies. In the repository it names none: there a binary is built, and no registry has those of a
// version that is yet to come.
import { cpSync, copyFileSync, existsSync, mkdirSync, readdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { pack } from './tarball.mjs'
import { readJson, root } from './workspace.mjs'

export const NATIVE = 'memmap-napi'
const source = join(root, 'packages', NATIVE)

/**
 * @typedef {object} Platform
 * @property {string} name `linux-x64-gnu`
 * @property {string} binary the file's path
 */

/**
 * The binaries in a folder, by their names.
 * @param {string} [folder] @returns {Platform[]}
 */
export function builtPlatforms(folder = source) {
  if (!existsSync(folder)) return []
  return readdirSync(folder)
    .sort()
    .flatMap(file => {
      const name = /^memmap-napi\.(.+)\.node$/.exec(file)?.[1]
      return name === undefined ? [] : [{ name, binary: join(folder, file) }]
    })
}

/** The platforms that memmap-napi is published for, by its manifest. @returns {string[]} */
export function promisedPlatforms() {
  /** @type {string[]} */
  const targets = readJson(join(source, 'package.json')).napi.targets
  return targets.map(target => {
    const [cpu = '', , system = '', abi] = target.split('-')
    const arch = cpu === 'x86_64' ? 'x64' : 'arm64'
    const platform = system === 'windows' ? 'win32' : system
    return [platform, arch, ...(abi === undefined ? [] : [abi])].join('-')
  })
}

/**
 * @param {Platform} platform @param {string} folder where the tarball goes
 * @returns {Promise<{ name: string, version: string, file: string }>}
 */
export async function packPlatform({ name, binary }, folder) {
  const manifest = readJson(join(source, 'package.json'))
  const [os, cpu, abi] = name.split('-')
  const file = `${NATIVE}.${name}.node`
  const stage = join(folder, `${NATIVE}-${name}`)
  mkdirSync(stage, { recursive: true })
  copyFileSync(binary, join(stage, file))
  copyFileSync(join(source, 'LICENSE'), join(stage, 'LICENSE'))
  writeFileSync(join(stage, 'README.md'), `# ${NATIVE}-${name}\n\nThe binary of ${NATIVE} for ${name}.\n`)
  const { version, license, engines, repository, publishConfig } = manifest
  const libc = os === 'linux' ? [abi === 'musl' ? 'musl' : 'glibc'] : undefined
  return packStaged(stage, folder, {
    name: `${NATIVE}-${name}`,
    version,
    description: `The binary of ${NATIVE} for ${name}`,
    license,
    repository,
    engines,
    os: [os],
    cpu: [cpu],
    libc,
    main: file,
    files: [file],
    publishConfig,
  })
}

/**
 * memmap-napi with the platforms' packages of its own version as optional dependencies.
 * @param {readonly string[]} platforms @param {string} folder where the tarball goes
 * @returns {Promise<{ name: string, version: string, file: string }>}
 */
export async function packNative(platforms, folder) {
  const manifest = readJson(join(source, 'package.json'))
  const stage = join(folder, NATIVE)
  for (const part of ['dist', 'src', 'README.md', 'CHANGELOG.md', 'LICENSE'])
    cpSync(join(source, part), join(stage, part), { recursive: true })
  const optionalDependencies = Object.fromEntries(
    platforms.map(name => [`${NATIVE}-${name}`, manifest.version]),
  )
  return packStaged(stage, folder, { ...manifest, optionalDependencies })
}

/** @param {string} stage @param {string} folder @param {object} manifest */
async function packStaged(stage, folder, manifest) {
  writeFileSync(join(stage, 'package.json'), `${JSON.stringify(manifest, null, 2)}\n`)
  const [packed] = await pack(stage, folder)
  if (packed === undefined) throw new Error(`npm packed nothing in ${stage}`)
  return packed
}
