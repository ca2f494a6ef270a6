import { fork } from 'node:child_process'
import type { ChildProcess } from 'node:child_process'
import { once } from 'node:events'
import { extname } from 'node:path'
import { fileURLToPath } from 'node:url'
import type { Lease, ResourceRegistry } from '@leasehold/core'
import type { DatabaseConnection } from './database-connection.ts'

const CUT_TIMEOUT_MILLIS = 5000

const HERE = fileURLToPath(import.meta.url)
// A .ts file when run from source and a .js file once built, like this one.
const PROGRAM = fileURLToPath(new URL(`./embedded-postgres-process${extname(HERE)}`, import.meta.url))

/** What its process is told: to end, or to cut the connection that comes from a port, as a failing server would. */
export type EmbeddedPostgresMessage = 'stop' | { readonly cutPort: number | undefined }

export interface EmbeddedPostgres {
  readonly child: ChildProcess
  /** Resolves once it accepts connections. */
  readonly url: Promise<string>
  isReady: boolean
}

/**
 * Starts Postgres in a process of its own. The lease begins with the process, not with its readiness: a start that is
 * given up half-way is cleaned up like any other.
 */
export function startEmbeddedPostgres(registry: ResourceRegistry): Lease<EmbeddedPostgres> {
  const child = fork(PROGRAM, { stdio: ['ignore', 'ignore', 'inherit', 'ipc'] })
  const embedded = { child, url: listening(child), isReady: false }
  child.once('message', () => (embedded.isReady = true))
  // Whoever awaits the URL learns of a failed start; without this, so would the process, as an unhandled rejection.
  embedded.url.catch(() => undefined)
  return registry.track(embedded, {
    kind: 'postgres.server',
    name: 'embedded',
    cleanup: stop,
    force: ({ child }) => void child.kill('SIGKILL'),
    leakThresholdMillis: false,
  })
}

async function listening(child: ChildProcess): Promise<string> {
  const address = await new Promise<string>((resolve, reject) => {
    child.once('message', message => resolve(message as string))
    child.once('error', reject)
    child.once('exit', code => reject(new Error(`its process ended before it was ready, with code ${code}`)))
  })
  return `postgres://postgres:postgres@${address}/postgres`
}

/** Ends a connection on the server's side. Resolves when the client's side has noticed. */
export async function cutEmbedded(
  { child }: EmbeddedPostgres,
  { socket }: DatabaseConnection,
): Promise<void> {
  const closed = once(socket, 'close', { signal: AbortSignal.timeout(CUT_TIMEOUT_MILLIS) })
  tell(child, { cutPort: socket.localPort })
  await closed
}

function tell(child: ChildProcess, message: EmbeddedPostgresMessage): void {
  child.send(message)
}

async function stop(embedded: EmbeddedPostgres): Promise<void> {
  const { child } = embedded
  if (child.exitCode !== null || child.signalCode !== null) return
  const exited = once(child, 'exit')
  // A start in progress listens to nothing, and has nothing yet that would be worth an orderly end.
  if (embedded.isReady) tell(child, 'stop')
  else child.kill('SIGKILL')
  await exited
}
