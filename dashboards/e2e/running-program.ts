import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { createInterface } from 'node:readline'
import { fileURLToPath } from 'node:url'

export interface RunningProgram {
  /** Where it is scraped. */
  readonly target: string
  /** From now on all goes well in it. */
  mend(): void
  kill(): Promise<void>
}

/** @param otlpUrl where its metrics go too */
export async function startFaultyProgram(otlpUrl?: string): Promise<RunningProgram> {
  const program = fileURLToPath(new URL('faulty-program.ts', import.meta.url))
  const args = [
    '--conditions=leasehold-source',
    '--import=tsx',
    '--no-warnings',
    program,
    ...(otlpUrl === undefined ? [] : [otlpUrl]),
  ]
  const child = spawn(process.execPath, args, { stdio: ['pipe', 'pipe', 'inherit'] })
  const exit = once(child, 'exit')
  const [target] = (await Promise.race([
    once(createInterface(child.stdout), 'line'),
    exit.then(([code]) => {
      throw new Error(`the program ended with ${String(code)}`)
    }),
  ])) as [string]
  return {
    target,
    mend: () => void child.stdin.write('\n'),
    kill: async () => {
      child.kill('SIGKILL')
      await exit
    },
  }
}
