import { turns } from '../workshop.ts'
import { outcomeOf, Things, type Bench } from './contestants.ts'

/** One way in which the compatibility entry is not generic-pool. The README's table is made of these. */
export interface Difference {
  readonly name: string
  readonly theirs: string
  readonly ours: string
  readonly why: string
  /** What happens, as `theirs` and `ours` put it. */
  run(bench: Bench, things: Things): Promise<string>
}

const methodsOf = ({ create, destroy }: Things): Pick<Things, 'create' | 'destroy'> => ({ create, destroy })

const failing = (times: number): Things & { failures: number } => {
  const things = Object.assign(new Things(), { failures: 0 })
  const { create } = things
  return Object.assign(things, {
    create: () => {
      if (things.failures === times) return create()
      things.failures++
      return Promise.reject(new Error('down'))
    },
  })
}

export const differences: readonly Difference[] = [
  {
    name: '`create` fails once',
    theirs: 'resolves, 1 told',
    ours: 'rejects: down, 1 told',
    why: 'the caller is told why; a `create` that goes on failing starves the event loop there',
    async run({ create }) {
      const pool = create(failing(1))
      let told = 0
      pool.on('factoryCreateError', () => void told++)
      return `${await outcomeOf(pool.acquire())}, ${told} told`
    },
  },
  {
    name: '`create` throws at once',
    theirs: 'throws',
    ours: 'rejects: down',
    why: 'a promise was asked for; there the request stays queued as well',
    async run({ create }) {
      const thrower = (): never => {
        throw new Error('down')
      }
      const pool = create({ create: thrower, destroy: () => {} })
      try {
        return await outcomeOf(pool.acquire())
      } catch {
        return 'throws'
      }
    },
  },
  {
    name: '`ready()` when `create` fails',
    theirs: 'pending',
    ours: 'rejects: down',
    why: 'there it asks again for ever',
    async run(bench) {
      const pool = bench.create(failing(1), { min: 1 })
      const ready = pool.ready()
      const outcome = outcomeOf(ready)
      return bench.pass(0).then(() => outcome)
    },
  },
  {
    name: '`validate` answers `undefined`',
    theirs: 'lends it',
    ours: 'makes another',
    why: 'a forgotten `return` is no yes',
    async run({ create }, things) {
      const pool = create({ ...methodsOf(things), validate: async () => undefined }, { testOnBorrow: true })
      await pool.release(await pool.acquire())
      return (await pool.acquire()).id === 0 ? 'lends it' : 'makes another'
    },
  },
  {
    name: '`testOnReturn`',
    theirs: 'asks 0 times',
    ours: 'asks 1 times',
    why: 'it does what its name says',
    async run({ create }, things) {
      let asked = 0
      const validate = async (): Promise<boolean> => ++asked > 0
      const pool = create({ ...methodsOf(things), validate }, { testOnReturn: true })
      await pool.release(await pool.acquire())
      return `asks ${asked} times`
    },
  },
  {
    name: 'while `destroy` runs',
    theirs: '2 of at most 1 exist',
    ours: '1 of at most 1 exist',
    why: 'the server counts what is still being closed',
    async run({ create }, things) {
      const pool = create({ ...methodsOf(things), destroy: () => new Promise<void>(() => {}) }, { max: 1 })
      void outcomeOf(pool.destroy(await pool.acquire()))
      void outcomeOf(pool.acquire())
      await turns()
      return `${things.created} of at most 1 exist`
    },
  },
  {
    name: 'eviction and `min`',
    theirs: 'destroys and makes anew',
    ours: 'leaves min',
    why: 'there two idle resources are made anew at every time-out',
    async run(bench, things) {
      const timing = { idleTimeoutMillis: 50, evictionRunIntervalMillis: 10 }
      bench.create(things, { min: 2, max: 2, ...timing })
      await bench.pass(2_000)
      return things.destroyed.length > 0 ? 'destroys and makes anew' : 'leaves min'
    },
  },
  {
    name: '`clear()` on a live pool',
    theirs: 'lends a destroyed one',
    ours: 'lends a new one',
    why: 'what is destroyed is of no use to anybody',
    async run({ create }, things) {
      const pool = create(things)
      await pool.release(await pool.acquire())
      await pool.clear()
      await turns()
      return things.destroyed.includes(await pool.acquire()) ? 'lends a destroyed one' : 'lends a new one'
    },
  },
  {
    name: '`use` with a function that throws',
    theirs: '1 still out',
    ours: '0 still out',
    why: 'a throw is a failure like a rejection: the resource is destroyed',
    async run({ create }, things) {
      const pool = create(things)
      const thrower = (): never => {
        throw new Error('broken')
      }
      await outcomeOf(pool.use(thrower))
      return `${pool.borrowed} still out`
    },
  },
  {
    name: '`use` with a function that returns no promise',
    theirs: 'rejects, 1 still out',
    ours: 'resolves, 0 still out',
    why: 'a value is a result',
    async run({ create }, things) {
      const pool = create(things)
      const [outcome = ''] = (await outcomeOf(pool.use(({ id }) => id))).split(':')
      return `${outcome}, ${pool.borrowed} still out`
    },
  },
  {
    name: 'who is refused: not borrowed',
    theirs: 'rejects: Resource not currently part of this pool',
    ours: 'rejects: ERR_POOL_NOT_OWNED',
    why: 'errors have a `code`',
    async run({ create }, things) {
      return outcomeOf(create(things).release({ id: 7 }))
    },
  },
  {
    name: 'who is refused: too many wait',
    theirs: 'rejects: max waitingClients count exceeded',
    ours: 'rejects: ERR_POOL_QUEUE_FULL',
    why: 'errors have a `code`',
    async run({ create }, things) {
      const pool = create(things, { maxWaitingClients: 0 })
      await pool.acquire()
      return outcomeOf(pool.acquire())
    },
  },
  {
    name: 'who is refused: an acquire that takes too long',
    theirs: 'rejects: ResourceRequest timed out',
    ours: 'rejects: ERR_POOL_TIMEOUT',
    why: 'and the error tells the `phase`, the time and the state of the pool',
    async run(bench, things) {
      const pool = bench.create(things, { acquireTimeoutMillis: 20 })
      await pool.acquire()
      const late = pool.acquire()
      void outcomeOf(late)
      await bench.pass(50)
      return outcomeOf(late)
    },
  },
  {
    name: 'who is refused: an acquire after `drain()`',
    theirs: 'rejects: pool is draining and cannot accept work',
    ours: 'rejects: ERR_POOL_DRAINING',
    why: 'errors have a `code`',
    async run({ create }, things) {
      const pool = create(things)
      void pool.drain()
      return outcomeOf(pool.acquire())
    },
  },
  {
    name: '`min: "asf"`',
    theirs: 'min is 0',
    ours: 'throws ERR_CONFIG',
    why: 'a misspelt limit is no limit',
    async run({ create }, things) {
      try {
        return `min is ${create(things, { min: 'asf' }).min}`
      } catch (error) {
        return `throws ${(error as { code: string }).code}`
      }
    },
  },
  {
    name: 'which idle one is lent',
    theirs: 'the oldest',
    ours: 'the newest',
    why: 'those too many grow old and are evicted; `fifo` has no effect',
    async run({ create }, things) {
      const pool = create(things, { max: 2 })
      const [one, two] = [await pool.acquire(), await pool.acquire()]
      await pool.release(one)
      await pool.release(two)
      return (await pool.acquire()) === one ? 'the oldest' : 'the newest'
    },
  },
  {
    name: '`autostart: false`',
    theirs: '0 made before `start()`',
    ours: '2 made before `start()`',
    why: 'no fix: `min` is made as soon as the pool is; make the pool later',
    async run({ create }, things) {
      create(things, { min: 2, max: 2, autostart: false })
      await turns()
      return `${things.created} made before \`start()\``
    },
  },
  {
    name: 'an urgent one after 2 s, priority 1 waiting',
    theirs: 'priority 0 first',
    ours: 'priority 1 first',
    why: 'a level is worth a second of waiting: nobody starves',
    async run(bench, things) {
      const pool = bench.create(things, { priorityRange: 2 })
      const held = await pool.acquire()
      const order: number[] = []
      const borrow = async (priority: number): Promise<void> => {
        const thing = await pool.acquire(priority)
        order.push(priority)
        await pool.release(thing)
      }
      const first = borrow(1)
      await bench.pass(2_000)
      const all = [first, borrow(0)]
      await pool.release(held)
      await Promise.all(all)
      return `priority ${order[0]} first`
    },
  },
]
