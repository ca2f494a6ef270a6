import { spawn } from 'node:child_process'
import { fileURLToPath } from 'node:url'

export interface Ended {
  /** A death by signal is 128 and its number, as a shell has it: 139 a segmentation fault, 135 a bus error. */
  readonly code: number
  readonly stdout: string
  readonly stderr: string
}

const SIGNALS: Readonly<Record<string, number>> = {
  SIGABRT: 6,
  SIGBUS: 7,
  SIGKILL: 9,
  SIGSEGV: 11,
  SIGTERM: 15,
}

/** Runs a program of `programs/` to its end, on what was built: a Worker of an older Node does not get the loader of sources. */
export function run(
  program: string,
  args: readonly string[] = [],
  nodeArgs: readonly string[] = [],
): Promise<Ended> {
  const file = fileURLToPath(new URL(`programs/${program}`, import.meta.url))
  return new Promise((resolve, reject) => {
    const child = spawn(process.execPath, ['--no-warnings', ...nodeArgs, file, ...args], {
      stdio: ['ignore', 'pipe', 'pipe'],
    })
    let [stdout, stderr] = ['', '']
    child.stdout.setEncoding('utf8').on('data', (text: string) => (stdout += text))
    child.stderr.setEncoding('utf8').on('data', (text: string) => (stderr += text))
    child.once('error', reject)
    child.once('close', (code, signal) =>
      resolve({ code: code ?? 128 + (SIGNALS[signal ?? ''] ?? 0), stdout, stderr }),
    )
  })
}
