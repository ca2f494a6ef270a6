import { spawn } from 'node:child_process'
import type { ChildProcess } from 'node:child_process'
import { fileURLToPath } from 'node:url'
import { programFlags, runsBuilt } from '../../../../packages/core/test/program-flags.ts'
import type { Closing, Summary } from '../../src/report/summary.ts'

const HERE = fileURLToPath(new URL('../..', import.meta.url))
const PROGRAM = [...programFlags, runsBuilt ? 'dist/main.js' : 'src/main.ts']

export interface Run {
  readonly child: ChildProcess
  /** The standard error so far. */
  readonly log: () => string
  /** Resolves with the first match that the standard error holds; rejects if it ends without. */
  logged(pattern: RegExp): Promise<RegExpExecArray>
  /** Resolves when the program and everything that it started have ended. */
  readonly ended: Promise<Ended>
}

export interface Ended {
  readonly code: number | null
  readonly signal: NodeJS.Signals | null
  readonly stdout: string
  readonly stderr: string
}

export interface RunOptions {
  readonly env?: Readonly<Record<string, string>>
  readonly uid?: number
  readonly gid?: number
}

/** Starts the program as a person would, with an environment that holds nothing of this machine's. */
export function startProgram(args: readonly string[], { env = {}, ...user }: RunOptions = {}): Run {
  const clean = Object.entries(process.env).filter(([name]) => !/^(OTEL_|DATABASE_URL$|PG[A-Z]+$)/.test(name))
  const child = spawn(process.execPath, [...PROGRAM, ...args], {
    cwd: HERE,
    env: { ...Object.fromEntries(clean), ...env },
    stdio: ['ignore', 'pipe', 'pipe'],
    ...user,
  })
  let stdout = ''
  let stderr = ''
  child.stdout.setEncoding('utf8').on('data', (chunk: string) => (stdout += chunk))
  child.stderr.setEncoding('utf8').on('data', (chunk: string) => (stderr += chunk))
  const ended = new Promise<Ended>((resolve, reject) => {
    child.once('error', reject)
    child.once('close', (code, signal) => resolve({ code, signal, stdout, stderr }))
  })
  const logged = (pattern: RegExp): Promise<RegExpExecArray> =>
    new Promise((resolve, reject) => {
      const look = (): void => {
        const match = pattern.exec(stderr)
        if (match !== null) resolve(match)
      }
      look()
      child.stderr.on('data', look)
      child.once('close', () => reject(new Error(`ended without ${pattern}: ${stderr}`)))
    })
  return { child, log: () => stderr, logged, ended }
}

/** A finished run's `--json`. */
export function summaryOf({ stdout, stderr }: Ended): Summary & { readonly closing: Closing } {
  if (!stdout.startsWith('{')) throw new Error(`no summary; standard error: ${stderr}`)
  return JSON.parse(stdout) as Summary & { closing: Closing }
}
