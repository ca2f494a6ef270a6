import { spawn, type ChildProcess } from 'node:child_process'
import { once } from 'node:events'
import { fileURLToPath } from 'node:url'

export interface Ended {
  readonly code: number | null
  readonly stdout: string
  readonly stderr: string
}

/** Runs a program of this folder, from the sources, to its end. */
export async function runProgram(
  name: string,
  options: { flags?: string[]; started?: (child: ChildProcess, stdout: () => string) => void } = {},
): Promise<Ended> {
  const file = fileURLToPath(new URL(name, import.meta.url))
  const flags = ['--conditions=leasehold-source', '--import=tsx', ...(options.flags ?? [])]
  const child = spawn(process.execPath, [...flags, file], { stdio: ['ignore', 'pipe', 'pipe'] })
  let [stdout, stderr] = ['', '']
  child.stderr.on('data', chunk => (stderr += String(chunk)))
  child.stdout.on('data', chunk => {
    stdout += String(chunk)
    options.started?.(child, () => stdout)
  })
  const [code] = (await once(child, 'close')) as [number | null]
  return { code, stdout, stderr }
}
