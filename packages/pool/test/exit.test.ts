import assert from 'node:assert/strict'
import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { fileURLToPath } from 'node:url'

async function run(mode: string): Promise<{ code: number | null; output: string }> {
  const program = fileURLToPath(new URL('programs/exit.ts', import.meta.url))
  const child = spawn(process.execPath, [...process.execArgv, program, mode], {
    stdio: ['ignore', 'pipe', 'inherit'],
  })
  let output = ''
  child.stdout.setEncoding('utf8').on('data', (chunk: string) => (output += chunk))
  const [code] = (await once(child, 'close')) as [number | null]
  return { code, output: output.trim() }
}

describe('a process with a pool', () => {
  it('ends by itself after a drain, without a timer or a listener left', async () => {
    assert.deepEqual(await run('drain'), { code: 0, output: 'none' })
  })

  it('ends by itself with idle resources, without a drain', async () => {
    assert.deepEqual(await run('idle'), { code: 0, output: '' })
  })

  it('ends by itself with a min that cannot be made', async () => {
    assert.deepEqual(await run('min'), { code: 0, output: '' })
  })

  it('does not end while somebody waits', async () => {
    assert.deepEqual(await run('wait'), { code: 0, output: 'ERR_POOL_TIMEOUT' })
  })
})
