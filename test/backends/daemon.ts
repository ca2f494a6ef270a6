import { spawn, type ChildProcess } from 'node:child_process'
import { once } from 'node:events'
import { createServer } from 'node:net'
import type { AddressInfo } from 'node:net'
import { setTimeout as pause } from 'node:timers/promises'

/** What mocha gives its hooks as `this`, as far as it is needed here. */
export interface Skippable {
  skip(): unknown
  timeout(millis: number): unknown
}

/** Where a test's server is missing: a visible skip, or a failure where LEASEHOLD_REQUIRE_REAL=1. */
export function requireOrSkip(hook: Skippable, why: string): void {
  if (process.env['LEASEHOLD_REQUIRE_REAL'] === '1') throw new Error(why)
  hook.skip()
}

/** A port of 127.0.0.1 that was free a moment ago. */
export async function freePort(): Promise<number> {
  const probe = createServer().listen(0, '127.0.0.1')
  await once(probe, 'listening')
  const { port } = probe.address() as AddressInfo
  probe.close()
  await once(probe, 'close')
  return port
}

/** A server of another program, run for a test. */
export interface Daemon {
  stop(): Promise<void>
}

/** Starts a program and waits until `readyUrl` answers with success. */
export async function startDaemon(
  command: string,
  args: readonly string[],
  readyUrl: string,
): Promise<Daemon> {
  const child = spawn(command, args, { stdio: ['ignore', 'ignore', 'pipe'] })
  let log = ''
  child.stderr.setEncoding('utf8').on('data', (text: string) => (log = (log + text).slice(-4_000)))
  // Should the tests die, it must not stay.
  const kill = (): void => void child.kill('SIGKILL')
  process.once('exit', kill)
  try {
    await eventually(async () => {
      if (child.exitCode !== null) throw new Error(`${command} ended with ${child.exitCode}:\n${log}`)
      return (await fetch(readyUrl)).ok ? true : undefined
    })
  } catch (error) {
    kill()
    throw error
  }
  return {
    stop: async () => {
      process.off('exit', kill)
      await ended(child)
    },
  }
}

async function ended(child: ChildProcess): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return
  const exit = once(child, 'exit')
  child.kill('SIGTERM')
  const isDone = await Promise.race([exit.then(() => true), pause(5_000, false, { ref: false })])
  if (!isDone) child.kill('SIGKILL')
  await exit
}

/** Asks a server again and again, `seconds` long, until the answer is no longer undefined; its last error is the failure. */
export async function eventually<T>(ask: () => Promise<T | undefined>, seconds: number = 20): Promise<T> {
  let last: unknown = new Error('it never became so')
  for (let i = 0; i < seconds * 10; i++) {
    try {
      const answer = await ask()
      if (answer !== undefined) return answer
    } catch (error) {
      last = error
    }
    await pause(100)
  }
  throw last
}
