// One program, many ways to end; the first argument says which. Prints what happens, in order.
import { writeSync } from 'node:fs'
import { installShutdown, onShutdownFlush, ResourceRegistry } from '@leasehold/core'

// Synchronously: what is printed at the exit must get out.
const print = line => void writeSync(1, `${line}\n`)
const registry = new ResourceRegistry({ cleanupTimeoutMillis: 5_000 })
const take = (name, cleanup, more = {}) => registry.track(name, { kind: 'k', name, cleanup, ...more })
const stayUp = () => setInterval(() => {}, 1_000)
const says = what => () => print(what)

const ways = {
  signal: () => {
    installShutdown({ registry, beforeDrain: says('before'), flush: says('flush') })
    onShutdownFlush(says('exporter'))
    take('a', async () => print('cleaned a'))
    take('b', async () => print('cleaned b'))
    stayUp()
  },
  hung: () => {
    installShutdown({ registry, timeoutMillis: 100 })
    take('hung', () => new Promise(() => {}), { force: says('forced') })
    stayUp()
  },
  'twice: waits for a second signal': () => {
    installShutdown({ registry, timeoutMillis: 60_000 })
    take('hung', () => print('cleaning') ?? new Promise(() => {}), {
      force: says('forced'),
      timeoutMillis: 60_000,
    })
    stayUp()
  },
  'own signal': () => {
    installShutdown({ registry })
    take('a', says('cleaned'))
    stayUp()
    setImmediate(() => process.kill(process.pid, 'SIGTERM'))
  },
  'own listener': () => {
    installShutdown({ registry })
    take('a', says('cleaned'))
    const timer = stayUp()
    process.on('SIGTERM', () => {
      print('own listener')
      const done = setInterval(() => {
        if (registry.stats().live > 0) return
        clearInterval(done)
        clearInterval(timer)
        process.exitCode = 4
      }, 5)
    })
  },
  'runs empty': () => {
    installShutdown({ registry, flush: says('flush') })
    take('a', async () => print('cleaned'))
    process.exitCode = 7
  },
  uncaught: () => {
    installShutdown({ registry })
    take('a', () => new Promise(() => {}), { force: says('forced') })
    setImmediate(() => {
      throw new Error('the program is broken')
    })
  },
  'process.exit': () => {
    installShutdown({ registry })
    take('a', async () => {}, { force: says('forced a') })
    take('synchronous', says('cleaned synchronous'))
    take('throws', () => {}, {
      force: () => {
        print('force throws')
        throw new Error('broken')
      },
    })
    setImmediate(() => process.exit(3))
  },
  'throwing hooks': () => {
    const broken = () => {
      throw new Error('broken')
    }
    installShutdown({ registry, beforeDrain: broken, flush: broken })
    take('a', says('cleaned'))
    stayUp()
  },
  'hung hooks': () => {
    const never = () => new Promise(() => {})
    installShutdown({ registry, beforeDrain: never, flush: never, timeoutMillis: 50, flushTimeoutMillis: 50 })
    take('a', says('cleaned'))
    stayUp()
  },
  'a flush that takes a lease': () => {
    installShutdown({ registry, flush: () => void take('of the flush', says('cleaned of the flush')) })
    take('a', says('cleaned a'))
  },
  'a cleanup that takes a lease': () => {
    installShutdown({ registry })
    take('a', () => void take('b', says('cleaned b')))
    stayUp()
  },
  'cleanups that go on taking leases': () => {
    const again = () => void take('again', again)
    installShutdown({ registry, beforeDrain: says('before') })
    take('first', again)
  },
  'a beforeExit listener that takes a lease each time': () => {
    installShutdown({ registry })
    process.on('beforeExit', () => void take('a', () => {}))
    process.on('exit', () => print(`${registry.stats().live} live`))
  },
  'a listener by once': () => {
    const timer = stayUp()
    process.once('SIGTERM', () => {
      print('own listener')
      process.exitCode = 5
    })
    installShutdown({ registry, flush: () => clearInterval(timer) })
    take('a', says('cleaned'))
  },
  'two shutdowns': () => {
    const other = new ResourceRegistry()
    installShutdown({ registry, flush: says('flush') })
    installShutdown({ registry: other })
    take('a', async () => print('cleaned a'))
    other.track('b', { kind: 'k', name: 'b', cleanup: async () => print('cleaned b') })
    stayUp()
  },
  'a signal that the program handles, and another': () => {
    installShutdown({ registry })
    take('a', says('cleaned a'))
    const timer = stayUp()
    process.once('SIGINT', () => {
      print('own listener')
      const drained = setInterval(() => {
        if (registry.stats().live > 0) return
        clearInterval(drained)
        // After the end of that shutdown: it is the drain's last act to wait a turn.
        setTimeout(() => {
          take('b', says('cleaned b'))
          print('goes on')
        }, 50)
      }, 5)
    })
    timer.ref()
  },
  'a shutdown that is installed during another': () => {
    const other = new ResourceRegistry()
    installShutdown({ registry })
    other.track('b', { kind: 'k', name: 'b', cleanup: says('cleaned b') })
    take('a', async () => {
      print('cleaned a')
      installShutdown({ registry: other })
    })
    stayUp()
  },
  'fake timers, and a hook that hangs': async () => {
    const { useFakeTimers } = await import('sinon')
    installShutdown({ registry, beforeDrain: () => new Promise(() => {}), timeoutMillis: 50 })
    take('a', says('cleaned'))
    stayUp()
    useFakeTimers()
  },
  'a listener of exit that throws': () => {
    process.on('exit', () => {
      throw new Error('broken')
    })
    installShutdown({ registry })
    take('a', says('cleaned'), { force: says('forced') })
    setImmediate(() => process.exit(3))
  },
  'process.exit in a listener of releases': () => {
    installShutdown({ registry })
    registry.on('release', ({ name }) => name === 'a' && process.exit(6))
    const lease = take('a', says('cleaned a'))
    take('b', says('cleaned b'))
    setImmediate(() => void lease.release())
  },
  'signal-exit': async () => {
    const { onExit } = await import('signal-exit')
    installShutdown({ registry })
    onExit((_code, signal) => print(`signal-exit saw ${signal}`))
    take('a', says('cleaned'))
    stayUp()
  },
  'a signal while the loop is empty': () => {
    const timer = stayUp()
    installShutdown({ registry, timeoutMillis: 60_000 })
    let settle
    take('slow', () => print('cleaning') ?? new Promise(resolve => (settle = resolve)), {
      force: says('forced'),
      timeoutMillis: 60_000,
    })
    // The listener of this very signal is told first: the drain goes on all the same.
    process.prependListener('SIGUSR2', () => {
      process.kill(process.pid, 'SIGTERM')
      setImmediate(() => setImmediate(() => (print('settles'), settle())))
    })
    clearInterval(timer)
  },
  'a signal named twice': () => {
    installShutdown({ registry, signals: ['SIGTERM', 'SIGTERM'] })
    take('a', async () => print('cleaned'), { force: says('forced') })
    stayUp()
  },
  'process.exit in a cleanup': () => {
    installShutdown({ registry })
    take('beneath', () => {}, { force: says('forced beneath') })
    const outer = take('outer', () => void inner.release(), { force: says('forced outer') })
    const inner = take('inner', () => process.exit(6), { force: says('forced inner') })
    setImmediate(() => void outer.release())
  },
  'process.exit in a cleanup among many': () => {
    installShutdown({ registry })
    let next = take('last', says('cleaned last'))
    for (let i = 0; i < 300; i++) {
      const inner = next
      next = take('chained', () => void inner.release())
    }
    take('exits', () => process.exit(6))
    const { release } = next
    process.prependListener('exit', () => void release.call(next))
    setImmediate(() => process.exit(6))
  },
  disposed: () => {
    installShutdown({ registry })[Symbol.dispose]()
    take('a', says('cleaned'), { force: says('forced') })
    stayUp()
  },
  'background at the end': () => {
    for (let i = 0; i < 1_000; i++) void take('q', async () => {}, { strategy: 'background' }).release()
    process.on('exit', () => print(registry.stats().outcomes.success))
  },
  'floating release': () => {
    void take('a', async () => {
      throw new Error('broken')
    }).release()
    setImmediate(() => setImmediate(() => print(`still here, ${registry.stats().outcomes.failure} failed`)))
  },
}

await ways[process.argv[2]]()
print('ready')
