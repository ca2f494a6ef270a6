import assert from 'node:assert/strict'
import { execFile } from 'node:child_process'
import { rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { promisify } from 'node:util'
import type { Skippable } from '../backends/daemon.ts'
import { startPostgres } from '../backends/postgres.ts'
import { startRedis } from '../backends/redis.ts'

const run = promisify(execFile)

/** The servers that programs ask for, by the variable of the environment that tells their address. */
const SERVERS = { DATABASE_URL: startPostgres, REDIS_URL: startRedis }

/** Every `js` block of a page: programs that a reader can paste into a file and run. */
export function programsOf(page: string): string[] {
  return [...page.matchAll(/^```js\n([\s\S]*?)^```$/gm)].map(match => match[1]!)
}

/** What the page says is printed: the comments behind `console.log(…)`, in their order. */
export function promised(program: string): string[] {
  return [...program.matchAll(/console\.log\(.*\).* \/\/ (.*)$/gm)].map(match => match[1]!)
}

/** Runs a program in `folder`, with the servers that it asks for, and looks for all that it promises to print. */
export async function assertPrints(hook: Skippable, program: string, folder: string): Promise<void> {
  const env = { ...process.env }
  const started: { stop(): Promise<void> }[] = []
  const file = join(folder, `.page-program-${process.pid}.mjs`)
  writeFileSync(file, program)
  try {
    for (const [variable, start] of Object.entries(SERVERS)) {
      if (!program.includes(variable)) continue
      const server = await start(hook)
      started.push(server)
      env[variable] = server.url
    }
    const { stdout } = await run(process.execPath, [file], { cwd: folder, timeout: 30_000, env })
    const lines = stdout.trimEnd().split('\n')
    for (const line of promised(program)) assert.ok(lines.includes(line), `${line}\nnot in\n${stdout}`)
  } finally {
    rmSync(file)
    for (const server of started) await server.stop()
  }
}
