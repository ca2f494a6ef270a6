import { once } from 'node:events'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { json } from 'node:stream/consumers'

interface Message {
  readonly alerts: readonly {
    readonly status: 'firing' | 'resolved'
    readonly labels: Readonly<Record<string, string>>
    readonly annotations: Readonly<Record<string, string>>
  }[]
}

/** What Alertmanager pages: the names of the alerts that fired and of those that ended. */
export interface Webhook {
  readonly url: string
  readonly fired: ReadonlySet<string>
  readonly resolved: ReadonlySet<string>
  close(): Promise<void>
}

export async function startWebhook(): Promise<Webhook> {
  const firing = new Map<string, Set<string>>()
  const fired = new Set<string>()
  const resolved = new Set<string>()
  const server = createServer((request, response) => {
    void json(request).then(body => {
      for (const { status, labels } of (body as Message).alerts) {
        const name = labels['alertname']!
        const open = firing.get(name) ?? new Set()
        firing.set(name, open)
        if (status === 'firing') {
          fired.add(name)
          open.add(JSON.stringify(labels))
        } else open.delete(JSON.stringify(labels))
        if (open.size === 0) resolved.add(name)
        else resolved.delete(name)
      }
      response.end()
    })
  }).listen(0, '127.0.0.1')
  await once(server, 'listening')
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}/`,
    fired,
    resolved,
    close: async () => {
      server.closeAllConnections()
      server.close()
      await once(server, 'close')
    },
  }
}
