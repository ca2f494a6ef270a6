import assert from 'node:assert/strict'
import { ProtobufTraceSerializer } from '@opentelemetry/otlp-transformer'
import { ProblemLog } from '../../src/problem-log.ts'
import { DeliveryQueue } from '../../src/otlp/delivery-queue.ts'
import { OtlpClient } from '../../src/otlp/otlp-client.ts'
import { readOtlpAnswer } from '../../src/otlp/otlp-answer.ts'
import { startBackEnd } from '../support/back-ends.ts'
import { OtlpReceiver } from '../support/otlp-receiver.ts'
import { target } from '../support/otlp-target.ts'
import { warningsDuring } from '../support/warnings.ts'

function queueTo(url: string, problems: ProblemLog = new ProblemLog()): DeliveryQueue<string> {
  return new DeliveryQueue<string>({
    countOf: () => 1,
    signal: 'traces',
    client: new OtlpClient(target(url), 500),
    problems,
    maxBatches: 3,
    serialize: batch => {
      if (batch === 'poison') throw new Error('cannot be serialised')
      return Buffer.from(batch)
    },
    read: answer => readOtlpAnswer(ProtobufTraceSerializer, answer),
  })
}

describe('delivery queue', () => {
  it('delivers in order, and is idle afterwards', async () => {
    await using receiver = await OtlpReceiver.start()
    const queue = queueTo(receiver.url)
    for (const batch of ['a', 'b', 'c']) queue.push(batch)
    await queue.settled()
    assert.deepEqual(
      receiver.exports.map(({ body }) => body.toString()),
      ['a', 'b', 'c'],
    )
    queue.close()
  })

  it('drops the oldest beyond its limit, and counts them', async () => {
    await using backEnd = await startBackEnd('accepts and never answers')
    const problems = new ProblemLog()
    const queue = queueTo(backEnd.url, problems)
    const warnings = await warningsDuring(async () => {
      for (let i = 0; i < 10; i++) queue.push(String(i))
      assert.equal(problems.count('traces: batches lost'), 6)
      queue.giveUp()
      await queue.settled()
    })
    assert.equal(problems.count('traces: batches lost'), 10)
    assert.equal(warnings.length, 1)
    assert.match(
      warnings[0] ?? '',
      /^traces: a batch for http:\/\/127\.0\.0\.1:\d+\/ was lost: the back end does not keep up$/,
    )
    queue.close()
  })

  it('loses only the batch that cannot be serialised', async () => {
    await using receiver = await OtlpReceiver.start()
    const queue = queueTo(receiver.url)
    const warnings = await warningsDuring(async () => {
      for (const batch of ['a', 'poison', 'b']) queue.push(batch)
      await queue.settled()
    })
    assert.equal(receiver.exports.length, 2)
    assert.match(warnings.join(), /cannot be serialised/)
    queue.close()
  })

  it('delivers again after it has given up and was resumed', async () => {
    await using receiver = await OtlpReceiver.start()
    const queue = queueTo(receiver.url)
    queue.hurry()
    queue.giveUp()
    queue.resume()
    queue.push('later')
    await queue.settled()
    assert.equal(receiver.exports.length, 1)
    queue.close()
  })

  it('asks nothing of a back end between giving up and resuming, and loses nothing that comes then', async () => {
    await using receiver = await OtlpReceiver.start()
    const queue = queueTo(receiver.url)
    queue.giveUp()
    queue.push('meanwhile')
    await queue.settled()
    assert.equal(receiver.exports.length, 0)
    queue.hurry()
    await queue.settled()
    assert.equal(receiver.exports.length, 1)
    queue.giveUp()
    queue.push('again')
    queue.resume()
    await queue.settled()
    assert.equal(receiver.exports.length, 2)
    queue.close()
  })

  it('never says the password of a URL', async () => {
    await using backEnd = await startBackEnd('refuses')
    const queue = queueTo(backEnd.url.replace('//', '//user:geheim@'))
    queue.hurry()
    const warnings = await warningsDuring(async () => {
      queue.push('a')
      await queue.settled()
    })
    assert.equal(warnings.length, 1)
    assert.doesNotMatch(warnings[0] ?? '', /geheim/)
    queue.close()
  })

  it('settles what was there when asked, however much comes meanwhile', async () => {
    await using receiver = await OtlpReceiver.start()
    const queue = queueTo(receiver.url)
    let isOver = false
    let pushed = 0
    // As a busy program: whenever one is taken, there is another.
    receiver.taken = () => {
      if (!isOver && pushed++ < 100) queue.push('more')
    }
    queue.push('a')
    queue.push('b')
    await queue.settled()
    isOver = true
    assert.ok(receiver.exports.length < 5, String(receiver.exports.length))
    await queue.settled()
    queue.close()
  })

  it('does not count as delivered what a page was answered to, nor what was rejected', async () => {
    await using receiver = await OtlpReceiver.start()
    const queue = queueTo(receiver.url)
    const warnings = await warningsDuring(async () => {
      receiver.answer = { type: 'text/html', body: '<html>Welcome</html>' }
      queue.push('a')
      await queue.settled()
      assert.equal(queue.delivered, 0)
      receiver.answer = { type: 'application/json', body: '{"partialSuccess":{"rejectedSpans":"1"}}' }
      queue.push('b')
      await queue.settled()
      assert.equal(queue.delivered, 0)
    })
    assert.match(warnings[0] ?? '', /was lost: what answers there is no OTLP back end \(text\/html\)/)
    assert.equal(warnings[1], 'traces: the back end says: 1 rejected')
    queue.close()
  })

  it('tells nothing that the back end was told in confidence', async () => {
    await using receiver = await OtlpReceiver.start()
    receiver.status = 401
    const url = `${receiver.url.replace('//', '//user:geheim%21@')}/v1/traces?key=abcd%2Fef`
    const headers = { Authorization: 'Bearer topsecret' }
    const queue = new DeliveryQueue<string>({
      countOf: () => 1,
      signal: 'traces',
      client: new OtlpClient(target(url, { headers }), 500),
      problems: new ProblemLog(),
      maxBatches: 3,
      serialize: batch => Buffer.from(batch),
      read: answer => readOtlpAnswer(ProtobufTraceSerializer, answer),
    })
    const said = 'no geheim! (geheim%21) for /v1/traces?key=abcd%2Fef, abcd/ef, topsecret, Bearer topsecret'
    receiver.answer = { type: 'text/plain', body: said }
    const warnings = await warningsDuring(async () => {
      queue.push('a')
      await queue.settled()
    })
    assert.match(warnings.join(), /HTTP status 401: no \*\*\*/)
    assert.doesNotMatch(warnings.join(), /geheim|abcd|topsecret/)
    queue.close()
  })
})
