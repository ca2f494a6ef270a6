import assert from 'node:assert/strict'
import { spawn, spawnSync, type ChildProcess } from 'node:child_process'
import { once } from 'node:events'
import { createInterface } from 'node:readline'
import { fileURLToPath } from 'node:url'
import { programFlags } from './program-flags.ts'

const program = fileURLToPath(new URL('programs/shutdown.mjs', import.meta.url))

interface End {
  readonly code: number | null
  readonly signal: NodeJS.Signals | null
  /** What it printed after `ready`. */
  readonly lines: readonly string[]
  readonly errors: string
}

/** Runs the program one way; `at` is called with each line, to send it signals. */
async function end(
  way: string,
  at: (line: string, child: ChildProcess) => void = () => {},
  around: readonly string[] = [],
): Promise<End> {
  const [command, ...args] = [...around, process.execPath, ...programFlags, program, way]
  const child = spawn(command, args, { stdio: ['ignore', 'pipe', 'pipe'] })
  const lines: string[] = []
  let errors = ''
  child.stderr.setEncoding('utf8').on('data', (text: string) => (errors += text))
  createInterface(child.stdout).on('line', line => {
    lines.push(line)
    at(line, child)
  })
  const [code, signal] = (await once(child, 'close')) as [number | null, NodeJS.Signals | null]
  return { code, signal, lines: lines.slice(lines.indexOf('ready') + 1), errors }
}

/** A process namespace of its own, where the program is number 1. */
const firstOfContainer = ['unshare', '--user', '--map-root-user', '--pid', '--fork', '--kill-child'] as const

const onReady =
  (signal: NodeJS.Signals) =>
  (line: string, child: ChildProcess): void => {
    if (line === 'ready') child.kill(signal)
  }

describe('the shutdown of a process', function () {
  this.timeout(20_000)

  for (const name of ['SIGTERM', 'SIGINT'] as const) {
    it(`drains on ${name}, newest first, flushes, and dies of it`, async () => {
      const { code, signal, lines } = await end('signal', onReady(name))
      assert.deepEqual({ code, signal }, { code: null, signal: name })
      assert.deepEqual(lines.slice(0, 3), ['before', 'cleaned b', 'cleaned a'])
      assert.deepEqual(lines.slice(3).toSorted(), ['exporter', 'flush'])
    })
  }

  it('does not wait for a hung cleanup beyond its deadline, and forces it', async () => {
    const { signal, lines } = await end('hung', onReady('SIGTERM'))
    assert.deepEqual({ signal, lines }, { signal: 'SIGTERM', lines: ['forced'] })
  })

  it('forces at once when told twice', async () => {
    const { signal, lines } = await end('twice: waits for a second signal', (line, child) => {
      if (line === 'ready' || line === 'cleaning') child.kill('SIGINT')
    })
    assert.deepEqual({ signal, lines }, { signal: 'SIGINT', lines: ['cleaning', 'forced'] })
  })

  it('ends the first process of a container too, which no signal ends by default', async function () {
    const [command, ...args] = [...firstOfContainer, 'true']
    if (spawnSync(command, args).status !== 0) this.skip()
    const { code, lines } = await end('own signal', () => {}, firstOfContainer)
    assert.deepEqual({ code, lines }, { code: 128 + 15, lines: ['cleaned'] })
  })

  it('leaves the end to a listener of the program', async () => {
    const { code, signal, lines } = await end('own listener', onReady('SIGTERM'))
    assert.deepEqual({ code, signal }, { code: 4, signal: null })
    assert.deepEqual(lines.toSorted(), ['cleaned', 'own listener'])
  })

  it('drains when the loop runs empty, and keeps the exit code', async () => {
    const { code, lines } = await end('runs empty')
    assert.deepEqual({ code, lines }, { code: 7, lines: ['cleaned', 'flush'] })
  })

  it('forces after an uncaught error, which is still told', async () => {
    const { code, lines, errors } = await end('uncaught')
    assert.deepEqual({ code, lines }, { code: 1, lines: ['forced'] })
    assert.match(errors, /the program is broken/)
  })

  it('forces in process.exit, newest first; one that throws stops no other', async () => {
    const { code, lines } = await end('process.exit')
    assert.deepEqual({ code, lines }, { code: 3, lines: ['force throws', 'cleaned synchronous', 'forced a'] })
  })

  it('goes on when hooks throw, and says so', async () => {
    const { signal, lines, errors } = await end('throwing hooks', onReady('SIGTERM'))
    assert.deepEqual({ signal, lines }, { signal: 'SIGTERM', lines: ['cleaned'] })
    assert.match(errors, /beforeDrain failed: Error: broken/)
    assert.match(errors, /flush failed: Error: broken/)
  })

  it('goes on when hooks hang, and says so', async () => {
    const { signal, lines, errors } = await end('hung hooks', onReady('SIGTERM'))
    assert.deepEqual({ signal, lines }, { signal: 'SIGTERM', lines: ['cleaned'] })
    assert.match(errors, /beforeDrain took longer than 50 ms/)
    assert.match(errors, /flush took longer than 50 ms/)
  })

  it('cleans up what a flush takes, and ends', async () => {
    const { code, lines } = await end('a flush that takes a lease')
    assert.deepEqual({ code, lines }, { code: 0, lines: ['cleaned a', 'cleaned of the flush'] })
  })

  it('cleans up what a cleanup takes', async () => {
    const { signal, lines } = await end('a cleanup that takes a lease', onReady('SIGTERM'))
    assert.deepEqual({ signal, lines }, { signal: 'SIGTERM', lines: ['cleaned b'] })
  })

  it('ends though cleanups go on taking leases for ever', async () => {
    const { code, lines } = await end('cleanups that go on taking leases')
    assert.equal(code, 0)
    assert.ok(lines.length >= 1 && lines.length <= 10, `${lines.length} shutdowns`)
  })

  it('ends though a listener of beforeExit takes a lease each time', async () => {
    const { code, lines } = await end('a beforeExit listener that takes a lease each time')
    assert.deepEqual({ code, lines }, { code: 0, lines: ['0 live'] })
  })

  it('leaves the end to a listener of the program that was added by once', async () => {
    const { code, signal, lines } = await end('a listener by once', onReady('SIGTERM'))
    assert.deepEqual({ code, signal }, { code: 5, signal: null })
    assert.deepEqual(lines.toSorted(), ['cleaned', 'own listener'])
  })

  it('is ready again after a signal that the program has handled', async () => {
    const { signal, lines } = await end('a signal that the program handles, and another', (line, child) => {
      if (line === 'ready') child.kill('SIGINT')
      if (line === 'goes on') child.kill('SIGTERM')
    })
    assert.equal(signal, 'SIGTERM')
    assert.deepEqual(lines.toSorted(), ['cleaned a', 'cleaned b', 'goes on', 'own listener'])
  })

  it('ends though another is installed while it drains', async () => {
    const { signal, lines } = await end('a shutdown that is installed during another', onReady('SIGTERM'))
    assert.deepEqual({ signal, lines }, { signal: 'SIGTERM', lines: ['cleaned a', 'cleaned b'] })
  })

  it('waits for no hook longer than it may, under fake timers too', async () => {
    const { signal, lines } = await end('fake timers, and a hook that hangs', onReady('SIGTERM'))
    assert.deepEqual({ signal, lines }, { signal: 'SIGTERM', lines: ['cleaned'] })
  })

  it('forces though a listener of the exit throws', async () => {
    const { lines } = await end('a listener of exit that throws')
    assert.deepEqual(lines, ['forced'])
  })

  it('cleans up what a listener ends the process for', async () => {
    const { code, lines } = await end('process.exit in a listener of releases')
    assert.deepEqual({ code, lines: lines.toSorted() }, { code: 6, lines: ['cleaned a', 'cleaned b'] })
  })

  it('of another registry is not taken for the program: the last one raises', async () => {
    const { signal, lines } = await end('two shutdowns', onReady('SIGTERM'))
    assert.equal(signal, 'SIGTERM')
    assert.deepEqual(lines.toSorted(), ['cleaned a', 'cleaned b', 'flush'])
  })

  it('dies of the signal though signal-exit listens too, which then does its own', async () => {
    const { signal, lines } = await end('signal-exit', onReady('SIGTERM'))
    assert.deepEqual({ signal, lines }, { signal: 'SIGTERM', lines: ['cleaned', 'signal-exit saw SIGTERM'] })
  })

  it('that began as the loop was empty goes on at a first signal, and dies of it', async () => {
    const { signal, lines } = await end('a signal while the loop is empty', (line, child) => {
      if (line === 'cleaning') child.kill('SIGUSR2')
    })
    assert.deepEqual({ signal, lines }, { signal: 'SIGTERM', lines: ['cleaning', 'settles'] })
  })

  it('takes a signal that is named twice for one', async () => {
    const { signal, lines } = await end('a signal named twice', onReady('SIGTERM'))
    assert.deepEqual({ signal, lines }, { signal: 'SIGTERM', lines: ['cleaned'] })
  })

  it('forces those whose cleanups the end has cut off, innermost first', async () => {
    const { code, lines } = await end('process.exit in a cleanup')
    assert.deepEqual({ code, lines }, { code: 6, lines: ['forced inner', 'forced outer', 'forced beneath'] })
  })

  it('reaches the last of a long chain of releases', async () => {
    const { code, lines } = await end('process.exit in a cleanup among many')
    assert.deepEqual({ code, lines }, { code: 6, lines: ['cleaned last'] })
  })

  it('does nothing once disposed of', async () => {
    const { signal, lines } = await end('disposed', onReady('SIGTERM'))
    assert.deepEqual({ signal, lines }, { signal: 'SIGTERM', lines: [] })
  })
})

describe('a process without a shutdown installed', function () {
  this.timeout(20_000)

  it('stays up until the background queue is empty', async () => {
    const { code, lines } = await end('background at the end')
    assert.deepEqual({ code, lines }, { code: 0, lines: ['1000'] })
  })

  it('survives a failing release that nobody awaits', async () => {
    const { code, lines } = await end('floating release')
    assert.deepEqual({ code, lines }, { code: 0, lines: ['still here, 1 failed'] })
  })
})
