import { Agent, get } from 'node:http'
import { reasonOf } from '../failure.ts'
import type { PlannedRequest, RouteName } from './request-plan.ts'

const CONCURRENCY = 8

export interface LoadResult {
  readonly planned: number
  readonly answered: number
  readonly failed: number
  readonly firstFailure: string | undefined
  readonly elapsedMillis: number
  readonly millisByRoute: Readonly<Record<RouteName, number[]>>
}

export interface LoadOptions {
  readonly url: string
  readonly maxMillis: number
  readonly signal: AbortSignal
  readonly onProgress: (done: number, total: number) => void
}

/** Makes the planned requests, eight at a time, and ends when they are answered or the time is up. */
export async function runLoad(plan: readonly PlannedRequest[], options: LoadOptions): Promise<LoadResult> {
  const agent = new Agent({ keepAlive: true, maxSockets: CONCURRENCY })
  const millisByRoute: Record<RouteName, number[]> = { search: [], document: [], stats: [], preview: [] }
  const start = performance.now()
  let next = 0
  let done = 0
  let failed = 0
  let firstFailure: string | undefined
  const work = async (): Promise<void> => {
    // A request that has been made is waited for, also when the load is called off: its handler still holds leases.
    while (next < plan.length && !options.signal.aborted && performance.now() - start < options.maxMillis) {
      const { route, path } = plan[next++] as PlannedRequest
      const began = performance.now()
      const failure = await request(`${options.url}${path}`, agent)
      millisByRoute[route].push(performance.now() - began)
      if (failure !== undefined) {
        failed++
        firstFailure ??= `GET ${path}: ${failure}`
      }
      options.onProgress(++done, plan.length)
    }
  }
  try {
    await Promise.all(Array.from({ length: CONCURRENCY }, work))
  } finally {
    agent.destroy()
  }
  options.signal.throwIfAborted()
  const elapsedMillis = performance.now() - start
  return { planned: plan.length, answered: done, failed, firstFailure, elapsedMillis, millisByRoute }
}

/** Resolves with what went wrong, or with undefined. */
function request(url: string, agent: Agent): Promise<string | undefined> {
  return new Promise(resolve => {
    const outgoing = get(url, { agent }, response => {
      let body = ''
      response.setEncoding('utf8')
      response.on('data', (chunk: string) => (body += chunk))
      response.on('error', error => resolve(reasonOf(error)))
      response.on('end', () =>
        resolve(response.statusCode === 200 ? undefined : `${response.statusCode} ${body}`),
      )
    })
    outgoing.on('error', error => resolve(reasonOf(error)))
  })
}
