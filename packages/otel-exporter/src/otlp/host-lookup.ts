import { readFileSync } from 'node:fs'
import { CANCELLED, promises, Resolver, TIMEOUT } from 'node:dns'
import type { LookupAddress, LookupOptions } from 'node:dns'
import { join } from 'node:path'
import { callbackify } from 'node:util'

/** As `net.connect` takes its `lookup`. */
export type LookupFunction = (
  host: string,
  options: LookupOptions,
  done: (error: NodeJS.ErrnoException | null, address: string | LookupAddress[], family?: number) => void,
) => void

/** What a lookup stands on; the system's, or a test's. */
export interface NameService {
  /** Asks DNS whether it answers at all. */
  resolver(): Pick<Resolver, 'resolve4' | 'cancel'>
  /** The system's own: the only one that knows all of its rules. */
  lookup(host: string): Promise<LookupAddress[]>
  /** The text of the table of hosts. */
  hosts(): string
}

const HOSTS =
  process.platform === 'win32'
    ? join(process.env['SystemRoot'] ?? 'C:\\Windows', 'System32', 'drivers', 'etc', 'hosts')
    : '/etc/hosts'

const system: NameService = {
  resolver: () => new Resolver({ tries: 1 }),
  lookup: host => promises.lookup(host, { all: true }),
  hosts: () => {
    try {
      return readFileSync(HOSTS, 'utf8')
    } catch {
      return ''
    }
  },
}

/** Lookups under way, by host: each holds one of the few threads that the program's files and lookups need too. */
const running: Map<string, Promise<LookupAddress[]>> = new Map()

/**
 * A lookup that a DNS which does not answer cannot make hang. The system's `getaddrinfo` can be neither bounded nor
 * given up: for ten seconds and more it would hold one of the process' threads, and the process itself, even one that
 * calls `process.exit()`. So DNS is first asked by a query that can be cancelled; only if it answers, whatever it
 * says, the system is asked. Names that need no DNS go to the system at once.
 *
 * @param signal cancels the query
 */
export function hostLookup(signal: AbortSignal, names: NameService = system): LookupFunction {
  return (host, options, done) => {
    lookAndCall(host, signal, names, (error, addresses) => {
      const [first] = addresses ?? []
      if (error !== null || first === undefined) done(error, [])
      else if (options.all === true) done(null, addresses)
      else done(null, first.address, first.family)
    })
  }
}

const lookAndCall = callbackify(look)

async function look(host: string, signal: AbortSignal, names: NameService): Promise<LookupAddress[]> {
  if (!isLocal(host, names.hosts()) && !(await dnsAnswers(host, signal, names))) {
    throw Object.assign(new Error(`DNS did not answer for ${host}`), { code: 'EAI_AGAIN' })
  }
  const under = running.get(host)
  if (under !== undefined) return under
  const lookup = names.lookup(host).finally(() => running.delete(host))
  running.set(host, lookup)
  return lookup
}

function isLocal(host: string, hosts: string): boolean {
  const name = host.toLowerCase()
  if (name === 'localhost' || name.endsWith('.localhost')) return true
  return hosts
    .split('\n')
    .some(line => line.replace(/#.*/, '').toLowerCase().trim().split(/\s+/).includes(name))
}

function dnsAnswers(host: string, signal: AbortSignal, names: NameService): Promise<boolean> {
  return new Promise(resolve => {
    if (signal.aborted) return resolve(false)
    const resolver = names.resolver()
    const cancel = (): void => resolver.cancel()
    signal.addEventListener('abort', cancel, { once: true })
    resolver.resolve4(host, error => {
      signal.removeEventListener('abort', cancel)
      resolve(error?.code !== TIMEOUT && error?.code !== CANCELLED)
    })
  })
}
