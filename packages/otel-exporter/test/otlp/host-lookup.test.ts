import assert from 'node:assert/strict'
import { createSocket } from 'node:dgram'
import { Resolver } from 'node:dns'
import type { LookupAddress } from 'node:dns'
import { once } from 'node:events'
import { hostLookup, type NameService } from '../../src/otlp/host-lookup.ts'

const FOUND: LookupAddress[] = [
  { address: '192.0.2.1', family: 4 },
  { address: '2001:db8::1', family: 6 },
]

/** A system that knows every name, and a DNS that answers queries with `code`, or never. */
function names({ code, hosts = '' }: { code?: string | undefined; hosts?: string }) {
  const asked: string[] = []
  const service: NameService = {
    resolver: () => {
      let cancel = (): void => {}
      return {
        cancel: () => cancel(),
        resolve4: ((host: string, done: (error: Error | null) => void) => {
          asked.push(`dns ${host}`)
          cancel = () => done(Object.assign(new Error(), { code: 'ECANCELLED' }))
          if (code !== 'never') done(code === undefined ? null : Object.assign(new Error(), { code }))
        }) as Resolver['resolve4'],
      }
    },
    lookup: async host => {
      asked.push(`system ${host}`)
      return FOUND
    },
    hosts: () => hosts,
  }
  return { asked, service }
}

function lookup(host: string, service: NameService, signal = new AbortController().signal, all = true) {
  return new Promise<unknown>((resolve, reject) => {
    hostLookup(signal, service)(host, { all }, (error, ...found) => (error ? reject(error) : resolve(found)))
  })
}

describe('host lookup', () => {
  for (const code of [undefined, 'ENOTFOUND', 'ENODATA', 'ESERVFAIL', 'ECONNREFUSED']) {
    it(`asks the system, which knows more, once DNS has said anything (${code ?? 'an address'})`, async () => {
      const { asked, service } = names({ code })
      assert.deepEqual(await lookup('collector', service), [FOUND])
      assert.deepEqual(asked, ['dns collector', 'system collector'])
    })
  }

  for (const host of ['localhost', 'LOCALHOST', 'app.localhost', 'Collector', 'second']) {
    it(`asks no DNS for ${host}`, async () => {
      const hosts = '# collector2 is not\n127.0.0.1\tlocalhost\r\n10.0.0.7  collector second # third\n'
      const { asked, service } = names({ code: 'never', hosts })
      await lookup(host, service)
      assert.deepEqual(asked, [`system ${host}`])
    })
  }

  it('does not ask the system while DNS is mute', async () => {
    const { asked, service } = names({ code: 'ETIMEOUT', hosts: '10.0.0.7 other # collector' })
    await assert.rejects(lookup('collector', service), {
      code: 'EAI_AGAIN',
      message: 'DNS did not answer for collector',
    })
    assert.deepEqual(asked, ['dns collector'])
  })

  it('ends when it is given up, before and while it waits', async () => {
    const { service } = names({ code: 'never' })
    const controller = new AbortController()
    const waiting = lookup('collector', service, controller.signal)
    controller.abort()
    await assert.rejects(waiting, { code: 'EAI_AGAIN' })
    await assert.rejects(lookup('collector', service, controller.signal), { code: 'EAI_AGAIN' })
  })

  it('ends when it is given up, with a name server that never answers', async () => {
    const server = createSocket('udp4').bind(0, '127.0.0.1')
    await once(server, 'listening')
    const { service } = names({})
    const resolver = (): Resolver => {
      const own = new Resolver({ tries: 1 })
      own.setServers([`127.0.0.1:${server.address().port}`])
      return own
    }
    const controller = new AbortController()
    const waiting = lookup('collector.example', { ...service, resolver }, controller.signal)
    await once(server, 'message')
    controller.abort()
    await assert.rejects(waiting, { code: 'EAI_AGAIN' })
    server.close()
  })

  it('has one lookup of a host under way: each holds a thread of the program', async () => {
    let answer: (found: LookupAddress[]) => void = () => {}
    let calls = 0
    const service: NameService = {
      ...names({}).service,
      lookup: () => {
        calls++
        return new Promise(resolve => (answer = resolve))
      },
    }
    const both = Promise.all([lookup('collector', service), lookup('collector', service)])
    await new Promise(resolve => setImmediate(resolve))
    answer(FOUND)
    assert.deepEqual(await both, [[FOUND], [FOUND]])
    assert.equal(calls, 1)
    const again = lookup('collector', service)
    await new Promise(resolve => setImmediate(resolve))
    answer(FOUND)
    await again
    assert.equal(calls, 2)
  })

  it('gives one address to who wants one', async () => {
    const { service } = names({})
    assert.deepEqual(await lookup('collector', service, undefined, false), ['192.0.2.1', 4])
  })
})
