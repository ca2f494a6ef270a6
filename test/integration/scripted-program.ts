import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { createInterface } from 'node:readline'
import { fileURLToPath } from 'node:url'
import type { RegistryStats } from '@leasehold/core'

/** The scripted program, having done all that it does, and staying up to be asked. */
export interface ScriptedProgram {
  /** Where its metrics are scraped. */
  readonly target: string
  /** Its own account: the truth that the back ends are held against. */
  readonly stats: RegistryStats
  readonly spans: { readonly ended: number; readonly delivered: number }
  stop(): Promise<void>
}

export function runScriptedProgram(...args: readonly string[]): Promise<ScriptedProgram> {
  return run('program.mjs', args)
}

/** The one whose pool is declared a database's. */
export function runDatabaseProgram(): Promise<Pick<ScriptedProgram, 'target' | 'stop'>> {
  return run('database-program.mjs', [])
}

async function run(file: string, args: readonly string[]): Promise<ScriptedProgram> {
  const program = fileURLToPath(new URL(file, import.meta.url))
  const child = spawn(process.execPath, [program, ...args], { stdio: ['pipe', 'pipe', 'inherit'] })
  const exit = once(child, 'exit')
  const [line] = (await Promise.race([
    once(createInterface(child.stdout), 'line'),
    exit.then(([code]) => {
      throw new Error(`the program ended with ${String(code)}`)
    }),
  ])) as [string]
  const account = JSON.parse(line) as Omit<ScriptedProgram, 'stop'>
  return {
    ...account,
    stop: async () => {
      child.stdin.end()
      await exit
    },
  }
}
