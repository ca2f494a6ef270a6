// Where Rust's tools are, if there are any.
import { spawn, spawnSync } from 'node:child_process'
import { existsSync } from 'node:fs'
import { homedir } from 'node:os'
import { delimiter, join } from 'node:path'
import { root } from './workspace.mjs'

/** The folder of the Rust sources. */
export const nativeFolder = join(root, 'packages/memmap-napi/native')

/** Not every shell has rustup's folder in its PATH. */
const path = [
  process.env['PATH'] ?? '',
  join(process.env['CARGO_HOME'] ?? join(homedir(), '.cargo'), 'bin'),
].join(delimiter)

export function hasCargo() {
  return (
    spawnSync('cargo', ['--version'], { env: { ...process.env, PATH: path }, stdio: 'ignore' }).status === 0
  )
}

/**
 * Runs cargo in the folder of the Rust sources, its output shown and gathered.
 * @param {string[]} args @param {Record<string, string>} [env] @returns {Promise<{ code: number, output: string }>}
 */
export function cargo(args, env = {}) {
  return new Promise((resolve, reject) => {
    const child = spawn('cargo', args, {
      cwd: nativeFolder,
      env: { ...process.env, PATH: path, ...env },
      stdio: ['ignore', 'pipe', 'pipe'],
    })
    let output = ''
    for (const stream of [child.stdout, child.stderr]) {
      stream.setEncoding('utf8').on('data', text => {
        output += text
        process.stdout.write(text)
      })
    }
    child.once('error', reject)
    child.once('close', code => resolve({ code: code ?? 1, output }))
  })
}

/** Where cargo puts what it builds. */
export function targetFolder() {
  const wanted = process.env['CARGO_TARGET_DIR']
  return wanted !== undefined && existsSync(wanted) ? wanted : join(nativeFolder, 'target')
}
