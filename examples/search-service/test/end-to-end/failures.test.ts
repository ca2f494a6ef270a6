import assert from 'node:assert/strict'
import { once } from 'node:events'
import { chmodSync } from 'node:fs'
import { createServer } from 'node:net'
import type { AddressInfo, Server } from 'node:net'
import { join } from 'node:path'
import { sampleTexts, temporaryFolder } from '../temporary-folder.ts'
import { startProgram } from './run-program.ts'
import type { RunOptions } from './run-program.ts'

const NOBODY = 65_534

describe('what the user can put right', function () {
  this.timeout(60_000)
  let folder: ReturnType<typeof temporaryFolder>
  let taken: Server
  let takenPort: number

  before(async () => {
    folder = temporaryFolder({
      ...sampleTexts(5),
      'pictures/one.png': 'x',
      'locked/one.txt': 'x',
      'blank/one.txt': '--',
    })
    taken = createServer().listen(0, '127.0.0.1')
    await once(taken, 'listening')
    takenPort = (taken.address() as AddressInfo).port
  })
  after(() => {
    taken.close()
    folder.remove()
  })

  /** One paragraph, no stack trace, a non-zero exit, and nothing left open. */
  async function failsWith(
    message: RegExp,
    args: readonly string[],
    options: RunOptions = {},
  ): Promise<void> {
    const { code, signal, stdout, stderr } = await startProgram([...args, '--requests', '20'], options).ended
    assert.deepEqual({ code, signal, stdout }, { code: 1, signal: null, stdout: '' }, stderr)
    const lines = stderr.split('\n').filter(line => line.startsWith('search-service: '))
    assert.equal(lines.length, 1, stderr)
    assert.match(lines[0] as string, message)
    assert.doesNotMatch(stderr, /^\s+at /m)
    assert.match(stderr, /nothing is left open/)
  }

  it('a folder that is missing', () =>
    failsWith(/folder ".*nowhere" does not exist\./, [join(folder.path, 'nowhere')]))

  it('a file in place of a folder', () =>
    failsWith(/text-0\.md" is not a folder\./, [join(folder.path, 'folder-0/text-0.md')]))

  it('a folder without text', () =>
    failsWith(/There is no text below ".*pictures"/, [join(folder.path, 'pictures')]))

  it('a folder whose texts have no words', () =>
    failsWith(/There is no text below/, [join(folder.path, 'blank')]))

  it('a folder that may not be listed, and files that may not be read', async function () {
    if (process.platform === 'win32') this.skip()
    // Permissions do not bind root, so that root runs the program as somebody else.
    const user = process.getuid?.() === 0 ? { uid: NOBODY, gid: NOBODY } : {}
    const locked = join(folder.path, 'locked')
    chmodSync(folder.path, 0o755)
    chmodSync(join(locked, 'one.txt'), 0)
    await failsWith(/No permission to read any text file below ".*locked" \(1 refused\)/, [locked], user)
    chmodSync(locked, 0)
    await failsWith(/No permission to read the folder ".*locked"/, [locked], user)
    chmodSync(locked, 0o755)
  })

  it('a port in use', () =>
    failsWith(new RegExp(`Port ${takenPort} of 127\\.0\\.0\\.1 is in use\\. Choose another with --port`), [
      folder.path,
      '--port',
      String(takenPort),
    ]))

  it('a database that nobody serves', async () => {
    const free = createServer().listen(0, '127.0.0.1')
    await once(free, 'listening')
    const { port } = free.address() as AddressInfo
    free.close()
    await once(free, 'close')
    const env = { DATABASE_URL: `postgres://me:s3cret@127.0.0.1:${port}/texts` }
    await failsWith(
      new RegExp(`The database at 127\\.0\\.0\\.1:${port}, database "texts", user "me", refuses connections`),
      [folder.path],
      { env },
    )
  })

  it('a database that answers something else', async () => {
    const odd = createServer(socket => socket.end('HTTP/1.1 400 Bad Request\r\n\r\n')).listen(0, '127.0.0.1')
    await once(odd, 'listening')
    const env = {
      DATABASE_URL: `postgres://me:s3cret@127.0.0.1:${(odd.address() as AddressInfo).port}/texts`,
    }
    await failsWith(/The database at .* cannot be used: /, [folder.path], { env })
    odd.close()
  })

  it('an address that is none of a database', () =>
    failsWith(/DATABASE_URL must look like postgres:.* the scheme "mysql"/, [folder.path], {
      env: { DATABASE_URL: 'mysql://localhost/x' },
    }))

  it('an address that is none of a back end for traces', async () => {
    const env = { OTEL_EXPORTER_OTLP_ENDPOINT: 'jaeger:4318' }
    const { code, stdout, stderr } = await startProgram([folder.path], { env }).ended
    assert.deepEqual({ code, stdout }, { code: 1, stdout: '' })
    assert.match(
      stderr,
      /^search-service: OTEL_EXPORTER_OTLP_ENDPOINT must be an http or https URL.*"jaeger:4318"\.\n$/,
    )
  })

  it('an unknown option, with the nearest and code 2', async () => {
    const { code, stdout, stderr } = await startProgram(['--sevre']).ended
    assert.deepEqual({ code, stdout }, { code: 2, stdout: '' })
    assert.match(stderr, /^search-service: Unknown option --sevre\. Did you mean --serve\?.*\n$/)
  })

  it('or asks for help, which is no failure', async () => {
    const { code, stdout, stderr } = await startProgram(['--help']).ended
    assert.deepEqual({ code, stderr }, { code: 0, stderr: '' })
    assert.match(stdout, /^Usage: npm start/)
  })
})
