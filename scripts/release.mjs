// npm run release -- [--registry <url>] [--bindings <folder>] [--partial] [--no-provenance]: publishes every package
// whose version the registry does not have, what is depended on first. `lerna version` raises versions and writes
// changelogs; this is what comes after it, and can be run again where it stopped.
// --bindings: where the native binaries are, one a platform. Default: packages/memmap-napi.
// --partial: fewer platforms than memmap-napi's manifest promises will do.
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { parseArgs } from 'node:util'
import { captureNode, npm } from './command.mjs'
import { NATIVE, builtPlatforms, packNative, packPlatform, promisedPlatforms } from './platform-packages.mjs'
import { ready } from './ready.mjs'
import { packPublic } from './tarball.mjs'
import { publicPackages, root } from './workspace.mjs'

const { values } = parseArgs({
  options: {
    registry: { type: 'string' },
    bindings: { type: 'string' },
    partial: { type: 'boolean', default: false },
    'no-provenance': { type: 'boolean', default: false },
  },
})
const registry = values.registry === undefined ? [] : ['--registry', values.registry]
const provenance = values['no-provenance'] ? ['--provenance=false'] : []

await ready()
const platforms = builtPlatforms(values.bindings)
const missing = promisedPlatforms().filter(name => !platforms.some(platform => platform.name === name))
if (missing.length > 0 && !values.partial) {
  console.error(
    `No binary of ${NATIVE} for ${missing.join(', ')}: see .github/workflows/native.yml, or say --partial`,
  )
  process.exit(1)
}

const folder = mkdtempSync(join(tmpdir(), 'leasehold-release-'))
try {
  const packed = await packPublic(join(folder, 'packages'))
  for (const platform of platforms) await publish(await packPlatform(platform, join(folder, 'native')))
  const names = platforms.map(({ name }) => name)
  await publish(await packNative(names, join(folder, 'native')))
  for (const name of inOrder()) {
    const found = packed.find(candidate => candidate.name === name)
    if (found !== undefined && name !== NATIVE) await publish(found)
  }
} finally {
  rmSync(folder, { recursive: true, force: true })
}

/** What a package depends on comes before it. @returns {string[]} */
function inOrder() {
  const packages = publicPackages()
  /** @type {Set<string>} */
  const done = new Set()
  /** @param {string} name */
  const add = name => {
    const found = packages.find(candidate => candidate.name === name)
    if (found === undefined || done.has(name)) return
    Object.keys(found.manifest.dependencies ?? {}).forEach(add)
    done.add(name)
  }
  packages.forEach(({ name }) => add(name))
  return [...done]
}

/** @param {{ name: string, version: string, file: string }} packed */
async function publish({ name, version, file }) {
  const there = await captureNode([npm(), 'view', `${name}@${version}`, 'version', '--json', ...registry])
  if (there.code === 0 && there.stdout.includes(version)) {
    console.log(`${name}@${version} is there already`)
    return
  }
  const args = [npm(), 'publish', file, '--access', 'public', '--loglevel=error', ...registry, ...provenance]
  const { code, output } = await captureNode(args, { cwd: root })
  if (code !== 0) throw new Error(`${name}@${version} was not published:\n${output}`)
  console.log(`${name}@${version} published`)
}
