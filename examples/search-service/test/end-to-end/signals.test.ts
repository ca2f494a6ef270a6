import assert from 'node:assert/strict'
import { once } from 'node:events'
import { createServer } from 'node:net'
import type { AddressInfo } from 'node:net'
import { sampleTexts, temporaryFolder } from '../temporary-folder.ts'
import { startProgram } from './run-program.ts'

const MANY = '1000000'

describe('a signal', function () {
  this.timeout(60_000)
  let folder: ReturnType<typeof temporaryFolder>

  before(function () {
    // Windows has no signals: what is called kill there ends the process at once.
    if (process.platform === 'win32') this.skip()
    folder = temporaryFolder(sampleTexts(30))
  })
  after(() => folder?.remove())

  it('SIGINT during the load drains, the leaks included, and ends the process as that signal does', async () => {
    const run = startProgram([folder.path, '--requests', MANY])
    const url = (await run.logged(/Serving +(http:\/\/127\.0\.0\.1:\d+)/))[1] as string
    assert.equal((await fetch(`${url}/preview/0`)).status, 200)
    run.child.kill('SIGINT')
    const { code, signal, stdout, stderr } = await run.ended
    assert.deepEqual({ code, signal, stdout }, { code: null, signal: 'SIGINT', stdout: '' })
    assert.match(
      stderr,
      /^Stopping .*\nReleased +the drain cleaned up [2-4] leases .*; nothing is left open: /m,
    )
    assert.doesNotMatch(stderr, /FAILED|^search-service:|^\s+at /m)
  })

  it('SIGTERM while the database starts gives that up', async () => {
    const run = startProgram([folder.path])
    await run.logged(/^Indexing /m)
    assert.doesNotMatch(run.log(), /^Database/m)
    run.child.kill('SIGTERM')
    const { code, signal, stderr } = await run.ended
    assert.deepEqual({ code, signal }, { code: null, signal: 'SIGTERM' })
    assert.match(stderr, /nothing left to clean up; nothing is left open/)
    assert.doesNotMatch(stderr, /FAILED|^search-service:|^\s+at /m)
  })

  it('SIGINT while the last spans are on their way ends the process, with no service shown any more', async () => {
    const silent = createServer(() => undefined).listen(0, '127.0.0.1')
    await once(silent, 'listening')
    const { port } = silent.address() as AddressInfo
    const env = { OTEL_EXPORTER_OTLP_ENDPOINT: `http://127.0.0.1:${port}` }
    const run = startProgram([folder.path, '--serve', '--requests', '20'], { env })
    await run.logged(/^Load /m)
    run.child.kill('SIGINT')
    const { signal, stdout, stderr } = await run.ended
    silent.close()
    assert.deepEqual({ signal, stdout }, { signal: 'SIGINT', stdout: '' })
    assert.match(stderr, /^Stopping .*\n(.*\n)*Released +the drain cleaned up .*; nothing is left open: /m)
  })

  it('SIGINT ends --serve, which until then goes on serving', async () => {
    const run = startProgram([folder.path, '--serve', '--requests', '30', '--json'])
    const url = (await run.logged(/Serving +(http:\/\/\S+)\/search\?q=lease/))[1] as string
    const live = (await run.logged(/(http:\/\/\S+\/) +\(live: /))[1] as string
    assert.match(await (await fetch(live)).text(), /<title>Leasehold live<\/title>/)
    const found = (await (await fetch(`${url}/search?q=unique7`)).json()) as {
      hits: { id: number; path: string }[]
    }
    assert.equal(found.hits.length, 1)
    assert.match(found.hits[0]?.path ?? '', /text-7\.md$/)
    const document = await fetch(`${url}/document/${found.hits[0]?.id}?q=unique7`)
    assert.match(((await document.json()) as { snippet: string }).snippet, /unique7/)
    assert.equal((await fetch(`${url}/document/999999`)).status, 404)
    assert.equal((await fetch(`${url}/search?q=`)).status, 400)
    assert.equal((await fetch(`${url}/search?q=${'x'.repeat(201)}`)).status, 400)
    assert.equal((await fetch(`${url}/search?q=%00lease`)).status, 200)
    assert.equal((await fetch(`${url}/nowhere`)).status, 404)
    assert.equal((await fetch(`${url}/search?q=x`, { method: 'POST' })).status, 405)
    const stats = (await (await fetch(`${url}/stats`)).json()) as {
      documents: number
      leases: { live: number }
    }
    assert.equal(stats.documents, 30)
    assert.equal((await fetch(`${url}/preview/0`)).status, 200)
    run.child.kill('SIGINT')
    const { signal, stdout, stderr } = await run.ended
    assert.equal(signal, 'SIGINT')
    assert.ok(stdout.startsWith('{'))
    assert.match(stderr, /the drain cleaned up 4 leases .*; nothing is left open: /)
  })
})
