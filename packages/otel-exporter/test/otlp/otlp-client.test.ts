import assert from 'node:assert/strict'
import { OtlpClient, type SendOptions } from '../../src/otlp/otlp-client.ts'
import type { OtlpTarget } from '../../src/otlp/otlp-target.ts'
import { startBackEnd } from '../support/back-ends.ts'
import { OtlpReceiver } from '../support/otlp-receiver.ts'
import { target } from '../support/otlp-target.ts'

const patient = (): SendOptions => ({
  signal: new AbortController().signal,
  hurry: new AbortController().signal,
})
const client = (url: string, more: Partial<OtlpTarget> = {}): OtlpClient =>
  new OtlpClient(target(url, { protocol: 'http/protobuf', ...more }), 500)

describe('OTLP client', () => {
  it('says what it sends and who it is', async () => {
    await using receiver = await OtlpReceiver.start()
    const sender = client(`${receiver.url}/own/path`, { headers: { Authorization: 'Bearer x' } })
    await sender.send(Buffer.from('data'), patient())
    const [{ path, headers, body } = { path: '', headers: {}, body: Buffer.alloc(0) }] = receiver.exports
    assert.equal(path, '/own/path')
    assert.equal(headers['content-type'], 'application/x-protobuf')
    assert.match(headers['user-agent'] ?? '', /^leasehold-otel-exporter\/\d+\.\d+\.\d+/)
    assert.equal(headers.authorization, 'Bearer x')
    assert.equal(body.toString(), 'data')
    sender.close()
  })

  it('compresses, and says JSON where it is', async () => {
    await using receiver = await OtlpReceiver.start()
    const sender = client(receiver.url, { compression: 'gzip', protocol: 'http/json' })
    await sender.send(Buffer.from('data'), patient())
    const [{ headers, body } = { headers: {}, body: Buffer.alloc(0) }] = receiver.exports
    assert.equal(headers['content-encoding'], 'gzip')
    assert.equal(headers['content-type'], 'application/json')
    assert.equal(body.toString(), 'data')
    sender.close()
  })

  it('does not ask again when it is told that it was wrong, and says what the back end said', async () => {
    await using backEnd = await startBackEnd('answers 400')
    const sender = client(backEnd.url)
    await assert.rejects(sender.send(Buffer.from('x'), patient()), /HTTP status 400: no such thing/)
    assert.equal(sender.isDown, false)
    sender.close()
  })

  it('gives up when the next attempt would come too late', async () => {
    await using backEnd = await startBackEnd('answers 503 and asks for an hour')
    const sender = client(backEnd.url)
    await assert.rejects(sender.send(Buffer.from('x'), patient()), /HTTP status 503: busy/)
    sender.close()
  })

  it('does not wait to try again in a hurry', async () => {
    await using backEnd = await startBackEnd('refuses')
    const sender = client(backEnd.url)
    const options = { ...patient(), hurry: AbortSignal.abort() }
    await assert.rejects(sender.send(Buffer.from('x'), options), /ECONNREFUSED/)
    assert.equal(sender.isDown, true)
    sender.close()
  })

  it('tries once more, at once, when the hurry comes while it waits', async () => {
    await using receiver = await OtlpReceiver.start()
    receiver.status = 503
    const sender = client(receiver.url)
    const hurry = new AbortController()
    const sent = sender.send(Buffer.from('x'), { ...patient(), hurry: hurry.signal })
    while (receiver.exports.length === 0) await new Promise(resolve => setImmediate(resolve))
    receiver.status = 200
    // The answer to the first attempt still has to arrive.
    const soon = setInterval(() => hurry.abort(), 20)
    assert.equal((await sent).body.toString(), '{}')
    clearInterval(soon)
    assert.equal(receiver.exports.length, 2)
    sender.close()
  })

  it('asks again soon, in a hurry, who was only busy', async () => {
    await using receiver = await OtlpReceiver.start()
    receiver.status = 503
    receiver.taken = () => (receiver.status = receiver.exports.length < 2 ? 503 : 200)
    const sender = client(receiver.url)
    const begun = performance.now()
    await sender.send(Buffer.from('x'), { ...patient(), hurry: AbortSignal.abort() })
    assert.ok(performance.now() - begun < 700)
    assert.equal(receiver.exports.length, 2)
    sender.close()
  })
})
