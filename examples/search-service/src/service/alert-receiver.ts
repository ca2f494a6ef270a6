import { text } from 'node:stream/consumers'
import type { ResourceRegistry } from '@leasehold/core'
import { listen } from './http-server.ts'
import type { HttpService } from './http-server.ts'

/**
 * Stands in for whatever pages people: takes what the leak detector's webhook sink posts, over HTTP as that would, and
 * keeps the texts of the alerts.
 */
export class AlertReceiver {
  readonly received: string[] = []
  readonly http: HttpService

  private constructor(http: HttpService) {
    this.http = http
  }

  static async start(registry: ResourceRegistry): Promise<AlertReceiver> {
    const http = await listen(0, 'alerts', registry, async (request, response) => {
      try {
        const alert = JSON.parse(await text(request)) as { readonly text: string }
        receiver.received.push(alert.text)
        response.writeHead(204).end()
      } catch {
        response.writeHead(400).end()
      }
    })
    const receiver = new AlertReceiver(http)
    return receiver
  }
}
