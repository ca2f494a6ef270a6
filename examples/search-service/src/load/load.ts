import { Agent, get } from 'node:http'
import { reasonOf } from '../failure.ts'
import type { PlannedRequest, RouteName } from './request-plan.ts'

const CONCURRENCY = 8
const BURST_REQUESTS = 32
const BURSTS = 3

export interface LoadResult {
  readonly planned: number
  readonly answered: number
  readonly failed: number
  readonly firstFailure: string | undefined
  readonly elapsedMillis: number
  readonly millisByRoute: Readonly<Record<RouteName, number[]>>
  /** How often so many requests were made at once, beside the usual eight. */
  readonly bursts: { readonly count: number; readonly requests: number }
}

export interface LoadOptions {
  readonly url: string
  readonly maxMillis: number
  readonly signal: AbortSignal
  readonly onProgress: (done: number, total: number) => void
  /** Called when the second burst begins, the third, and so on; waited for at the end. */
  readonly disturbances: readonly (() => Promise<void>)[]
}

/**
 * Makes the planned requests, eight at a time and thrice in a burst, and ends when they are answered or the time is up.
 */
export async function runLoad(plan: readonly PlannedRequest[], options: LoadOptions): Promise<LoadResult> {
  const agent = new Agent({ keepAlive: true, maxSockets: CONCURRENCY + BURST_REQUESTS })
  const millisByRoute: Record<RouteName, number[]> = { search: [], document: [], stats: [], preview: [] }
  const start = performance.now()
  let next = 0
  let done = 0
  let failed = 0
  let firstFailure: string | undefined
  const send = async ({ route, path }: PlannedRequest): Promise<void> => {
    const began = performance.now()
    const failure = await request(`${options.url}${path}`, agent)
    millisByRoute[route].push(performance.now() - began)
    if (failure !== undefined) {
      failed++
      firstFailure ??= `GET ${path}: ${failure}`
    }
    options.onProgress(++done, plan.length)
  }
  const burstSize = Math.min(BURST_REQUESTS, Math.floor(plan.length / (BURSTS + 1)))
  const burstStarts = Array.from({ length: BURSTS }, (_, i) =>
    Math.floor(((i + 1) * plan.length) / (BURSTS + 1)),
  )
  const disturbing: Promise<void>[] = []
  let bursts = 0
  const work = async (): Promise<void> => {
    // A request that has been made is waited for, also when the load is called off: its handler still holds leases.
    while (next < plan.length && !options.signal.aborted && performance.now() - start < options.maxMillis) {
      if (burstSize < 2 || burstStarts[bursts] !== next) {
        await send(plan[next++] as PlannedRequest)
        continue
      }
      const disturb = options.disturbances[bursts++ - 1]
      if (disturb !== undefined) disturbing.push(disturb())
      const burst = plan.slice(next, (next += burstSize))
      await Promise.all(burst.map(send))
    }
  }
  try {
    await Promise.all(Array.from({ length: CONCURRENCY }, work))
    await Promise.all(disturbing)
  } finally {
    agent.destroy()
  }
  options.signal.throwIfAborted()
  const elapsedMillis = performance.now() - start
  return {
    planned: plan.length,
    answered: done,
    failed,
    firstFailure,
    elapsedMillis,
    millisByRoute,
    bursts: { count: bursts, requests: burstSize },
  }
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
