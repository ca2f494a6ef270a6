import { UsageFailure } from './failure.ts'

export interface Arguments {
  readonly folder: string | undefined
  readonly serve: boolean
  readonly json: boolean
  readonly fixLeak: boolean
  readonly fallback: boolean
  readonly pressure: boolean
  readonly help: boolean
  readonly port: number
  readonly seed: number
  readonly requests: number
  readonly megabytes: number
}

export const USAGE = `Usage: npm start [-- [folder] [options]]

Builds a full-text index over the text files of a folder, keeps their metadata in Postgres, answers a bounded
load of queries over HTTP, and shows what became of every resource that it took.

  folder            what to index (default: the project's own installed dependencies)
  --serve           keep the service running after the load; Ctrl-C drains and exits
  --port N          port of the service on 127.0.0.1 (default: 0, any free one)
  --seed N          seed of the queries; the same seed asks the same questions (default: 1)
  --requests N      how many requests the load makes (default: 3000)
  --megabytes N     how much text to index at most (default: 48)
  --fix-leak        run the handler that forgets to release without its mistake: no leak, no alert
  --fallback        read the files instead of mapping them, as where they cannot be mapped: the same answers
  --pressure        instead: fill a really small heap, once a Map, which dies of it, and once a cache, which does not
  --json            the summary as JSON on standard output, the readable one on standard error
  --help            this text

Environment:
  DATABASE_URL                  a Postgres server to use in place of the embedded one
  OTEL_EXPORTER_OTLP_ENDPOINT   where to send traces, http://127.0.0.1:4318 for a Jaeger on this machine
`

interface NumberRule {
  readonly fallback: number
  readonly min: number
  readonly max: number
}

const NUMBERS: Readonly<Record<'port' | 'seed' | 'requests' | 'megabytes', NumberRule>> = {
  port: { fallback: 0, min: 0, max: 65_535 },
  seed: { fallback: 1, min: 0, max: 4_294_967_295 },
  requests: { fallback: 3000, min: 1, max: 1_000_000 },
  megabytes: { fallback: 48, min: 1, max: 1024 },
}
const SWITCHES = {
  serve: 'serve',
  json: 'json',
  'fix-leak': 'fixLeak',
  fallback: 'fallback',
  pressure: 'pressure',
  help: 'help',
} as const

export function parseArguments(args: readonly string[]): Arguments {
  const folders: string[] = []
  const switches = {
    serve: false,
    json: false,
    fixLeak: false,
    fallback: false,
    pressure: false,
    help: false,
  }
  const numbers = { port: 0, seed: 0, requests: 0, megabytes: 0 }
  for (const name of keysOf(NUMBERS)) numbers[name] = NUMBERS[name].fallback
  const rest = [...args]
  for (let arg = rest.shift(); arg !== undefined; arg = rest.shift()) {
    if (arg === '--') folders.push(...rest.splice(0))
    else if (arg === '-h') switches.help = true
    else if (!arg.startsWith('-') || arg === '-') folders.push(arg)
    else {
      const [flag, inline] = split(arg)
      const asSwitch = keysOf(SWITCHES).find(name => flag === `--${name}`)
      const asNumber = keysOf(NUMBERS).find(name => flag === `--${name}`)
      if (asSwitch !== undefined) {
        if (inline !== undefined) throw new UsageFailure(`${flag} takes no value, got "${inline}".`)
        switches[SWITCHES[asSwitch]] = true
      } else if (asNumber !== undefined) {
        numbers[asNumber] = toNumber(flag, inline ?? rest.shift(), NUMBERS[asNumber])
      } else throw unknownFlag(flag)
    }
  }
  const [folder, ...more] = folders
  if (more.length > 0)
    throw new UsageFailure(`One folder at a time, got ${folders.length}: ${folders.join(', ')}.`)
  if (folder === '')
    throw new UsageFailure('The folder is an empty string; leave it out to index the dependencies.')
  return { folder, ...switches, ...numbers }
}

function split(arg: string): [flag: string, inline: string | undefined] {
  const at = arg.indexOf('=')
  return at === -1 ? [arg, undefined] : [arg.slice(0, at), arg.slice(at + 1)]
}

function toNumber(flag: string, text: string | undefined, rule: NumberRule): number {
  const range = `an integer from ${rule.min} to ${rule.max}`
  if (text === undefined) throw new UsageFailure(`${flag} needs ${range} after it.`)
  const value = /^\d+$/.test(text) ? Number(text) : Number.NaN
  if (value >= rule.min && value <= rule.max) return value
  throw new UsageFailure(`${flag} must be ${range}, got "${text}".`)
}

function unknownFlag(flag: string): UsageFailure {
  const known = [...keysOf(SWITCHES), ...keysOf(NUMBERS)].map(name => `--${name}`)
  const nearest = known
    .map(name => ({ name, distance: editDistance(flag.toLowerCase(), name) }))
    .reduce((a, b) => (b.distance < a.distance ? b : a))
  const hint = nearest.distance <= 3 ? ` Did you mean ${nearest.name}?` : ` Known: ${known.join(', ')}.`
  return new UsageFailure(
    `Unknown option ${flag}.${hint} A folder whose name begins with a dash goes after "--".`,
  )
}

function editDistance(a: string, b: string): number {
  let row = Array.from({ length: b.length + 1 }, (_, i) => i)
  for (let i = 1; i <= a.length; i++) {
    const next = [i]
    for (let j = 1; j <= b.length; j++) {
      const swap = (row[j - 1] as number) + (a[i - 1] === b[j - 1] ? 0 : 1)
      next.push(Math.min(swap, (row[j] as number) + 1, (next[j - 1] as number) + 1))
    }
    row = next
  }
  return row[b.length] as number
}

function keysOf<K extends string>(record: Readonly<Record<K, unknown>>): K[] {
  return Object.keys(record) as K[]
}
