/**
 * A real Postgres for tests: a cluster of its own in a temporary folder, from the system's packages, on a free port of
 * 127.0.0.1, gone when it is stopped.
 *
 * ```ts
 * before(async function () {
 *   server = await startPostgres(this)   // skips visibly where there is none; fails if LEASEHOLD_REQUIRE_REAL=1
 * })
 * after(() => server?.stop())
 * ```
 */
import { execFile, spawn, type ChildProcess } from 'node:child_process'
import { once } from 'node:events'
import { chownSync, existsSync, mkdtempSync, readdirSync } from 'node:fs'
import { rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { delimiter, join } from 'node:path'
import { promisify } from 'node:util'
import { freePort, requireOrSkip, type Skippable } from './daemon.ts'

const run = promisify(execFile)
const DEBIAN_FOLDER = '/usr/lib/postgresql'

export interface RealPostgres {
  readonly url: string
  readonly password: string
  /** Ends the server at once, as a crash would, and leaves the cluster: `stop` is still to be called. */
  crash(): Promise<void>
  /** Ends the server as an administrator does who does not wait for its clients. */
  shutDown(): Promise<void>
  /** Starts it again after one of these, on the same port. */
  start(): Promise<void>
  stop(): Promise<void>
}

export async function startPostgres(hook: Skippable): Promise<RealPostgres> {
  const binaries = findBinaries()
  if (binaries === undefined) requireOrSkip(hook, 'no initdb and postgres on this machine')
  hook.timeout(60_000)
  return await startCluster(binaries as string)
}

/** The folder that holds initdb and postgres: Debian's newest, or one of PATH's. */
function findBinaries(): string | undefined {
  const versions = existsSync(DEBIAN_FOLDER) ? readdirSync(DEBIAN_FOLDER) : []
  const debian = versions
    .sort((a, b) => Number(b) - Number(a))
    .map(version => join(DEBIAN_FOLDER, version, 'bin'))
  const path = (process.env['PATH'] ?? '').split(delimiter)
  return [...debian, ...path].find(
    folder => existsSync(join(folder, 'initdb')) && existsSync(join(folder, 'postgres')),
  )
}

async function startCluster(binaries: string): Promise<RealPostgres> {
  const folder = mkdtempSync(join(tmpdir(), 'leasehold-postgres-'))
  const owner = await clusterOwner()
  if (owner !== undefined) chownSync(folder, owner.uid, owner.gid)
  const data = join(folder, 'data')
  const password = 'lease:hold/secret'
  try {
    // Trust would let every password pass, and the refusal of a wrong one is among the things to test.
    const passwordFile = [
      'sh',
      '-c',
      'umask 077; printf "%s" "$1" > "$2"',
      'sh',
      password,
      join(folder, 'password'),
    ]
    await runAs(owner, passwordFile)
    const options = ['-U', 'leasehold', '-A', 'scram-sha-256', '--no-sync', '--no-locale', '-E', 'UTF8']
    await runAs(owner, [
      join(binaries, 'initdb'),
      '-D',
      data,
      ...options,
      `--pwfile=${join(folder, 'password')}`,
    ])
    const port = await freePort()
    const settings = [
      'listen_addresses=127.0.0.1',
      `port=${port}`,
      `unix_socket_directories=${folder}`,
      'fsync=off',
    ]
    const command = [join(binaries, 'postgres'), '-D', data, ...settings.flatMap(setting => ['-c', setting])]
    const launch = async (): Promise<ChildProcess> => {
      const started = spawn(command[0] as string, command.slice(1), {
        ...owner,
        cwd: folder,
        stdio: ['ignore', 'ignore', 'pipe'],
      })
      await readiness(started.stderr, started)
      return started
    }
    let child = await launch()
    // Should the tests die, it must not stay.
    const kill = (): void => void child.kill('SIGQUIT')
    process.once('exit', kill)
    const end = async (signal: NodeJS.Signals): Promise<void> => {
      if (child.exitCode !== null || child.signalCode !== null) return
      const exited = once(child, 'exit')
      child.kill(signal)
      await exited
    }
    const url = `postgres://leasehold:${encodeURIComponent(password)}@127.0.0.1:${port}/postgres`
    const stop = async (): Promise<void> => {
      process.off('exit', kill)
      await end('SIGINT')
      await rm(folder, { recursive: true, force: true })
    }
    const start = async (): Promise<void> => {
      child = await launch()
    }
    return { url, password, crash: () => end('SIGQUIT'), shutDown: () => end('SIGINT'), start, stop }
  } catch (error) {
    await rm(folder, { recursive: true, force: true })
    throw error
  }
}

/** Postgres refuses to run as root: then it runs as the user that its package made, or as nobody. */
async function clusterOwner(): Promise<{ uid: number; gid: number } | undefined> {
  if (process.getuid?.() !== 0) return undefined
  for (const user of ['postgres', 'nobody']) {
    try {
      const [uid, gid] = await Promise.all(
        ['-u', '-g'].map(async flag => Number((await run('id', [flag, user])).stdout)),
      )
      return { uid: uid as number, gid: gid as number }
    } catch {
      // No such user: the next.
    }
  }
  return undefined
}

async function runAs(
  owner: { uid: number; gid: number } | undefined,
  command: readonly string[],
): Promise<void> {
  await run(command[0] as string, command.slice(1), { ...owner, cwd: tmpdir() })
}

async function readiness(log: NodeJS.ReadableStream, child: NodeJS.EventEmitter): Promise<void> {
  await new Promise<void>((resolve, reject) => {
    let text = ''
    log.setEncoding('utf8')
    log.on('data', (chunk: string) => {
      text = (text + chunk).slice(-4000)
      if (text.includes('ready to accept connections')) resolve()
    })
    child.once('error', reject)
    child.once('exit', code => reject(new Error(`postgres ended with ${String(code)}: ${text}`)))
  })
}
