import { spawn } from 'node:child_process'
import type { ChildProcessByStdio } from 'node:child_process'
import { once } from 'node:events'
import { createInterface } from 'node:readline'
import type { Readable, Writable } from 'node:stream'
import { fileURLToPath } from 'node:url'
import { programFlags, runsBuilt } from '../../../core/test/program-flags.ts'

export const REGISTER: string = fileURLToPath(
  new URL(runsBuilt ? '../../dist/register.js' : '../../src/register.ts', import.meta.url),
)

export interface ChildEnd {
  readonly code: number | null
  readonly signal: NodeJS.Signals | null
  /** What it wrote to its standard error, warnings of ours only. */
  readonly warnings: string[]
  readonly errors: string
  /** From the line `done` until the process was gone. */
  readonly millisAfterDone: number
}

/** A program of `test/programs`, run in a process of its own. */
export class ChildProgram {
  readonly #child: ChildProcessByStdio<Writable, Readable, Readable>
  readonly #lines: string[] = []
  readonly #end: Promise<ChildEnd>
  #awaited: { line: string; resolve: () => void } | undefined

  constructor(
    name: string,
    args: readonly string[],
    o: { flags?: string[]; env?: Record<string, string> } = {},
  ) {
    const file = fileURLToPath(new URL(`../programs/${name}`, import.meta.url))
    const flags = [...programFlags, ...(o.flags ?? [])]
    this.#child = spawn(process.execPath, [...flags, file, ...args], {
      stdio: ['pipe', 'pipe', 'pipe'],
      env: { ...process.env, ...o.env },
    })
    this.#end = this.#run()
  }

  get output(): readonly string[] {
    return this.#lines
  }

  /** Resolves when it has written that line. */
  async wrote(line: string): Promise<void> {
    if (this.#lines.includes(line)) return
    const written = new Promise<void>(resolve => (this.#awaited = { line, resolve }))
    await Promise.race([written, this.#end])
    if (!this.#lines.includes(line))
      throw new Error(`it ended without "${line}": ${(await this.#end).errors}`)
  }

  goOn(): void {
    this.#child.stdin.end()
  }

  kill(signal: NodeJS.Signals): void {
    this.#child.kill(signal)
  }

  ended(): Promise<ChildEnd> {
    return this.#end
  }

  async #run(): Promise<ChildEnd> {
    let doneAt = performance.now()
    let errors = ''
    this.#child.stdin.on('error', () => {})
    this.#child.stderr.setEncoding('utf8').on('data', (text: string) => (errors += text))
    createInterface(this.#child.stdout).on('line', line => {
      this.#lines.push(line)
      if (line === 'done') doneAt = performance.now()
      if (line === this.#awaited?.line) this.#awaited.resolve()
    })
    const gone = once(this.#child, 'exit').then(() => performance.now())
    const [code, signal] = (await once(this.#child, 'close')) as [number | null, NodeJS.Signals | null]
    const warnings = errors.split('\n').filter(line => line.includes('LeaseholdWarning'))
    return { code, signal, warnings, errors, millisAfterDone: (await gone) - doneAt }
  }
}
