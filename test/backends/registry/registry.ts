/**
 * A real npm registry for tests: verdaccio, at the versions of the lock file beside this file, on a free port of
 * 127.0.0.1. What is published there stays there; anything else comes from the registry that npm is set up for.
 */
import { cp, mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises'
import { existsSync, readFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { captureNode, npm } from '../../../scripts/command.mjs'
import { root } from '../../../scripts/workspace.mjs'
import { nodeOf } from '../../packed/node-versions.ts'
import { freePort, startDaemon } from '../daemon.ts'

const here = fileURLToPath(new URL('.', import.meta.url))
/** verdaccio 6 needs Node.js 22 or newer. */
const NODE_MAJOR = 24

export interface RealRegistry {
  readonly url: string
  /** An `.npmrc` that sends npm there, with a token: npm publishes nothing without one. */
  readonly npmrc: string
  stop(): Promise<void>
}

export async function startRegistry(): Promise<RealRegistry> {
  const program = await installed()
  const folder = await mkdtemp(join(tmpdir(), 'leasehold-registry-'))
  const url = `http://127.0.0.1:${await freePort()}`
  const config = join(folder, 'config.json')
  const ours = { access: '$all', publish: '$all', unpublish: '$all' }
  await writeFile(
    config,
    JSON.stringify({
      storage: join(folder, 'storage'),
      web: { enable: false },
      uplinks: { upstream: { url: await configuredRegistry(), maxage: '60m' } },
      packages: { '@leasehold/*': ours, 'memmap-napi*': ours, '**': { access: '$all', proxy: 'upstream' } },
      server: { keepAliveTimeout: 60 },
      log: { type: 'stdout', format: 'json', level: 'error' },
    }),
  )
  const npmrc = join(folder, 'npmrc')
  await writeFile(npmrc, `registry=${url}/\n${url.replace('http:', '')}/:_authToken=anybody\n`)
  const args = [program, '--config', config, '--listen', url.replace('http://', '')]
  const daemon = await startDaemon(await nodeOf(NODE_MAJOR), args, `${url}/-/ping`)
  return {
    url,
    npmrc,
    stop: async () => {
      await daemon.stop()
      await rm(folder, { recursive: true, force: true })
    },
  }
}

async function configuredRegistry(): Promise<string> {
  const { stdout } = await captureNode([npm(), 'config', 'get', 'registry'])
  return stdout.trim()
}

/** verdaccio's program, installed on first use and again when the lock file changes. */
async function installed(): Promise<string> {
  const folder = join(root, '.cache', 'registry')
  const program = join(folder, 'node_modules/verdaccio/bin/verdaccio')
  const lock = 'package-lock.json'
  if (existsSync(program) && same(join(folder, lock), join(here, lock))) return program
  await mkdir(folder, { recursive: true })
  await cp(join(here, 'package.json'), join(folder, 'package.json'))
  await cp(join(here, lock), join(folder, lock))
  const { code, output } = await captureNode([npm(), 'ci', '--ignore-scripts', '--no-audit', '--no-fund'], {
    cwd: folder,
  })
  if (code !== 0) throw new Error(`verdaccio did not install:\n${output}`)
  return program
}

function same(one: string, other: string): boolean {
  return existsSync(one) && readFileSync(one, 'utf8') === readFileSync(other, 'utf8')
}
