/**
 * A real Redis for tests: from the system's packages, in memory only, on a free port of 127.0.0.1.
 *
 * ```ts
 * before(async function () {
 *   server = await startRedis(this)   // skips visibly where there is none; fails if LEASEHOLD_REQUIRE_REAL=1
 * })
 * after(() => server?.stop())
 * ```
 */
import { spawn, type ChildProcess } from 'node:child_process'
import { once } from 'node:events'
import { existsSync, mkdtempSync } from 'node:fs'
import { rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { delimiter, join } from 'node:path'
import { freePort, requireOrSkip, type Skippable } from './daemon.ts'

const READY = 'Ready to accept connections'

export interface RealRedis {
  readonly url: string
  /** Kills the server: no connection is closed in order. */
  crash(): Promise<void>
  /** Starts it again after a crash, on the same port, with nothing in it. */
  start(): Promise<void>
  stop(): Promise<void>
}

export async function startRedis(hook: Skippable): Promise<RealRedis> {
  const binary = (process.env['PATH'] ?? '')
    .split(delimiter)
    .map(folder => join(folder, 'redis-server'))
    .find(existsSync)
  if (binary === undefined) requireOrSkip(hook, 'no redis-server on this machine')
  hook.timeout(60_000)
  const folder = mkdtempSync(join(tmpdir(), 'leasehold-redis-'))
  const port = await freePort()
  const settings = ['--bind', '127.0.0.1', '--port', String(port), '--dir', folder, '--save', '']
  let child = await launch(binary as string, settings)
  // Should the tests die, it must not stay.
  const kill = (): void => void child.kill('SIGKILL')
  process.once('exit', kill)
  return {
    url: `redis://127.0.0.1:${port}`,
    crash: () => end(child, 'SIGKILL'),
    start: async () => {
      child = await launch(binary as string, settings)
    },
    stop: async () => {
      process.off('exit', kill)
      await end(child, 'SIGTERM')
      await rm(folder, { recursive: true, force: true })
    },
  }
}

async function launch(binary: string, settings: readonly string[]): Promise<ChildProcess> {
  const child = spawn(binary, settings, { stdio: ['ignore', 'pipe', 'ignore'] })
  await new Promise<void>((resolve, reject) => {
    let log = ''
    child.stdout.setEncoding('utf8').on('data', (text: string) => {
      log = (log + text).slice(-4_000)
      if (log.includes(READY)) resolve()
    })
    child.once('error', reject)
    child.once('exit', code => reject(new Error(`redis-server ended with ${String(code)}: ${log}`)))
  })
  return child
}

async function end(child: ChildProcess, signal: NodeJS.Signals): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return
  const exited = once(child, 'exit')
  child.kill(signal)
  await exited
}
