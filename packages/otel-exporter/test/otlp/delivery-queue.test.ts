import assert from 'node:assert/strict'
import { ProblemLog } from '../../src/problem-log.ts'
import { DeliveryQueue } from '../../src/otlp/delivery-queue.ts'
import { OtlpClient } from '../../src/otlp/otlp-client.ts'
import { startBackEnd } from '../support/back-ends.ts'
import { OtlpReceiver } from '../support/otlp-receiver.ts'
import { warningsDuring } from '../support/warnings.ts'

function queueTo(url: string, problems: ProblemLog = new ProblemLog()): DeliveryQueue<string> {
  return new DeliveryQueue<string>({
    countOf: () => 1,
    signal: 'traces',
    client: new OtlpClient('traces', { url, protocol: 'http/json' }, 500),
    problems,
    maxBatches: 3,
    serialize: batch => {
      if (batch === 'poison') throw new Error('cannot be serialised')
      return Buffer.from(batch)
    },
    complaint: () => undefined,
  })
}

describe('delivery queue', () => {
  it('delivers in order, and is idle afterwards', async () => {
    await using receiver = await OtlpReceiver.start()
    const queue = queueTo(receiver.url)
    for (const batch of ['a', 'b', 'c']) queue.push(batch)
    await queue.idle()
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
      await queue.idle()
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
      await queue.idle()
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
    await queue.idle()
    assert.equal(receiver.exports.length, 1)
    queue.close()
  })

  it('asks nothing of a back end between giving up and resuming, and loses nothing that comes then', async () => {
    await using receiver = await OtlpReceiver.start()
    const queue = queueTo(receiver.url)
    queue.giveUp()
    queue.push('meanwhile')
    await queue.idle()
    assert.equal(receiver.exports.length, 0)
    queue.hurry()
    await queue.idle()
    assert.equal(receiver.exports.length, 1)
    queue.giveUp()
    queue.push('again')
    queue.resume()
    await queue.idle()
    assert.equal(receiver.exports.length, 2)
    queue.close()
  })

  it('never says the password of a URL', async () => {
    await using backEnd = await startBackEnd('refuses')
    const queue = queueTo(backEnd.url.replace('//', '//user:geheim@'))
    queue.hurry()
    const warnings = await warningsDuring(async () => {
      queue.push('a')
      await queue.idle()
    })
    assert.equal(warnings.length, 1)
    assert.doesNotMatch(warnings[0] ?? '', /geheim/)
    queue.close()
  })
})
