import assert from 'node:assert/strict'
import { once } from 'node:events'
import { createServer } from 'node:http'
import type { Server, ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import { runLoad } from '../../src/load/load.ts'
import type { LoadOptions, LoadResult } from '../../src/load/load.ts'
import type { PlannedRequest } from '../../src/load/request-plan.ts'

const plan = (requests: number): PlannedRequest[] =>
  Array.from({ length: requests }, (_, i) => ({ route: 'search', path: `/${i}` }))

describe('runLoad', () => {
  let server: Server
  let answer: (path: number, response: ServerResponse) => void
  let seen: number[]

  beforeEach(async () => {
    seen = []
    answer = (_path, response) => void response.end()
    server = createServer((request, response) => {
      const path = Number(request.url?.slice(1))
      seen.push(path)
      answer(path, response)
    }).listen(0, '127.0.0.1')
    await once(server, 'listening')
  })
  afterEach(() => server.close())

  const run = (requests: number, options: Partial<LoadOptions> = {}): Promise<LoadResult> =>
    runLoad(plan(requests), {
      url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
      maxMillis: 60_000,
      signal: new AbortController().signal,
      onProgress: () => undefined,
      disturbances: [],
      ...options,
    })

  it('makes each request once, of three bursts all at once', async () => {
    const [start, size] = [50, 32]
    const burst: ServerResponse[] = []
    // Answered only when all are there: eight at a time would never get here.
    answer = (path, response) => {
      if (path < start || path >= start + size) response.end()
      else if (burst.push(response) === size) for (const each of burst) each.end()
    }
    const { answered, failed, bursts } = await run(200)
    assert.deepEqual(
      { answered, failed, bursts },
      { answered: 200, failed: 0, bursts: { count: 3, requests: size } },
    )
    assert.deepEqual(
      seen.sort((a, b) => a - b),
      Array.from({ length: 200 }, (_, i) => i),
    )
  })

  it('disturbs at the second burst and the third, and waits for that', async () => {
    const happened: string[] = []
    const disturbance = (name: string) => async (): Promise<void> => {
      happened.push(`${name} begun`)
      await new Promise(resolve => setImmediate(resolve))
      happened.push(`${name} over`)
    }
    await run(200, { disturbances: [disturbance('first'), disturbance('second')] })
    assert.deepEqual(happened, ['first begun', 'first over', 'second begun', 'second over'])
  })

  it('has no bursts where there are too few requests for any', async () => {
    const { answered, bursts } = await run(5)
    assert.deepEqual({ answered, bursts }, { answered: 5, bursts: { count: 0, requests: 1 } })
  })

  it('counts what is not answered with success, and shows the first', async () => {
    answer = (path, response) => {
      if (path === 3) response.statusCode = 500
      response.end('no')
    }
    const { failed, firstFailure } = await run(10)
    assert.deepEqual({ failed, firstFailure }, { failed: 1, firstFailure: 'GET /3: 500 no' })
  })
})
