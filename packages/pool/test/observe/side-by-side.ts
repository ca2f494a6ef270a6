import type { ResourceRegistry } from '@leasehold/core'
import genericPool from 'generic-pool'
import sinon from 'sinon'
import { observeGenericPool } from '../../src/index.ts'

/** How one call of the factory ends. */
export type Ending = 'ok' | 'slow' | 'reject' | 'throw' | 'same' | 'number' | 'thenable' | 'false'

export type Step =
  | { readonly do: 'acquire'; readonly priority: number; readonly dropped: boolean }
  | { readonly do: 'release' | 'destroy' | 'again'; readonly nth: number }
  | { readonly do: 'use'; readonly fails: 'no' | 'reject' | 'throw' }
  | { readonly do: 'settle'; readonly ok: boolean }
  | { readonly do: 'advance'; readonly millis: number }
  | { readonly do: 'clear' | 'drain' | 'turn' }

export interface Script {
  readonly options: genericPool.Options & { destroyTimeoutMillis?: number }
  readonly creates: readonly Ending[]
  readonly validates: readonly Ending[]
  readonly destroys: readonly Ending[]
  readonly steps: readonly Step[]
}

export interface Run {
  /** Everything that anybody could see, in order. */
  readonly log: readonly string[]
  readonly pool: genericPool.Pool<unknown>
  readonly created: number
  /** Loans begun and ended. */
  readonly lent: number
  readonly returned: number
}

const turn = (): Promise<void> => new Promise(resolve => setImmediate(resolve))

/** Runs a script on a generic-pool, observed or bare. */
export async function run(script: Script, registry?: ResourceRegistry): Promise<Run> {
  const log: string[] = []
  const slow: ((ok: boolean) => void)[] = []
  const calls = { create: 0, validate: 0, destroy: 0 }
  let created = 0
  const loans: unknown[] = []
  const returned: unknown[] = []
  const counts = { lent: 0, returned: 0 }
  const same = { id: 'same' }
  const show = (value: unknown): string =>
    value instanceof Error ? `${value.name}: ${value.message}` : JSON.stringify(value)
  const seen = (what: string, promise: PromiseLike<unknown>, then?: (value: unknown) => void): void => {
    promise.then(
      value => {
        log.push(`${what} -> ${show(value)}`)
        then?.(value)
      },
      (error: unknown) => void log.push(`${what} -x ${show(error)}`),
    )
  }

  const answer = (
    what: keyof typeof calls,
    endings: readonly Ending[],
    value: (ending: Ending) => unknown,
  ): unknown => {
    const number = ++calls[what]
    const ending = endings[number - 1] ?? 'ok'
    log.push(`${what} ${number}`)
    const error = new Error(`${what} ${number}`)
    if (ending === 'throw') throw error
    if (ending === 'reject') return Promise.reject(error)
    const made = (): unknown => {
      if (what === 'create') created++
      return value(ending)
    }
    if (ending === 'slow') {
      return new Promise((resolve, reject) => {
        slow.push(ok => (ok ? resolve(made()) : reject(error)))
      })
    }
    if (ending === 'thenable') {
      return {
        // Lazy: each look at it is a call.
        // oxlint-disable-next-line unicorn/no-thenable -- that is the point
        then(resolve: (value: unknown) => void) {
          log.push(`${what} ${number} is run`)
          resolve(made())
        },
      }
    }
    return Promise.resolve(made())
  }
  const factory = {
    create(this: unknown, ...args: unknown[]): Promise<unknown> {
      log.push(`this ${this === factory} ${args.length}`)
      return answer('create', script.creates, ending => {
        if (ending === 'same') return same
        return ending === 'number' ? 7 : { id: calls.create }
      }) as Promise<unknown>
    },
    validate(this: unknown, resource: unknown): Promise<boolean> {
      log.push(`this ${this === factory} ${show(resource)}`)
      return answer('validate', script.validates, ending => ending !== 'false') as Promise<boolean>
    },
    destroy(this: unknown, resource: unknown): Promise<void> {
      log.push(`this ${this === factory} ${show(resource)}`)
      return answer('destroy', script.destroys, () => undefined) as Promise<void>
    },
  }

  const clock = sinon.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout', 'Date'] })
  const listeners = process.listeners('unhandledRejection')
  process.removeAllListeners('unhandledRejection')
  process.on('unhandledRejection', error => void log.push(`unhandled ${show(error)}`))
  try {
    const pool = genericPool.createPool(factory, script.options)
    if (registry !== undefined) {
      observeGenericPool(pool, { name: 'observed', registry })
    }
    for (const method of ['release', 'destroy'] as const) {
      const own = pool[method].bind(pool)
      pool[method] = resource => {
        if (pool.isBorrowedResource(resource)) counts.returned++
        return own(resource)
      }
    }
    for (const event of ['factoryCreateError', 'factoryDestroyError']) {
      pool.on(event, (error: unknown) => void log.push(`${event} ${show(error)}`))
    }
    const step = (each: Step, name: string): void => {
      switch (each.do) {
        case 'acquire': {
          const promise = pool.acquire(each.priority)
          if (each.dropped) return
          seen(name, promise, value => {
            counts.lent++
            loans.push(value)
          })
          return
        }
        case 'again':
        case 'release':
        case 'destroy': {
          const from = each.do === 'again' ? returned : loans
          if (from.length === 0) return
          const [loan] = from.splice(each.nth % from.length, 1)
          returned.push(loan)
          log.push(`borrowed ${pool.isBorrowedResource(loan)}`)
          const promise = each.do === 'destroy' ? pool.destroy(loan) : pool.release(loan)
          seen(name, promise)
          return
        }
        case 'use': {
          const used = (value: unknown): Promise<unknown> => {
            counts.lent++
            log.push(`${name} with ${show(value)}`)
            if (each.fails === 'throw') throw new Error(name)
            return each.fails === 'reject' ? Promise.reject(new Error(name)) : Promise.resolve(name)
          }
          seen(name, pool.use(used))
          return
        }
        case 'settle':
          slow.shift()?.(each.ok)
          return
        case 'advance':
          clock.tick(each.millis)
          return
        case 'clear':
        case 'drain':
          seen(name, pool[each.do]())
          return
        case 'turn':
      }
    }
    for (const [i, each] of script.steps.entries()) {
      const name = `${i} ${each.do}`
      try {
        step(each, name)
      } catch (error) {
        log.push(`${name} threw ${show(error)}`)
      }
      const { size, available, borrowed, pending, spareResourceCapacity, max, min } = pool
      log.push([name, size, available, borrowed, pending, spareResourceCapacity, max, min].join(' '))
      await (each.do === 'turn' ? turn() : Promise.resolve())
    }
    await turn()
    await turn()
    return { log, pool, created, ...counts }
  } finally {
    clock.restore()
    process.removeAllListeners('unhandledRejection')
    for (const listener of listeners) process.on('unhandledRejection', listener)
  }
}
