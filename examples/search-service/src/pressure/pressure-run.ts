import { spawn } from 'node:child_process'
import { join } from 'node:path'
import { createInterface } from 'node:readline'
import { fileURLToPath } from 'node:url'
import { count, duration, megabytes, percent, plural } from '../report/numbers.ts'
import { selectFiles } from '../corpus/file-selection.ts'
import { walkFolder } from '../corpus/file-walk.ts'
import { UsageFailure } from '../failure.ts'
import type { Progress } from '../progress.ts'
import type { Filled } from './filling.ts'

const HEAP_MEGABYTES = 64
const FILLED_MILLIS = 5_000
/** A `Map` is filled until it dies. */
const MAP_MILLIS = 60_000
const WELL_SERVED = 0.9
/** As many as fit a command line everywhere. */
const FILES = 60
const FILES_BYTES = 1e6
/** This very program's kind of source, built or not. */
const FILLING = fileURLToPath(import.meta.url).replace('pressure-run', 'filling')

interface Run {
  readonly last: Filled | undefined
  readonly mostHeapBytes: number
  readonly isAlive: boolean
  readonly elapsedMillis: number
  readonly errors: string
}

/**
 * Fills a heap that is really small with rendered snippets: a `Map` dies of it; a cache, limited far above that heap, gives
 * back what it can whenever memory runs short, and serves again afterwards. @returns whether that is what happened
 */
export async function runPressure(folder: string, progress: Progress): Promise<boolean> {
  const paths = await texts(folder)
  progress.finish(
    'Pressure',
    `a heap of ${HEAP_MEGABYTES} MB, filled with rendered snippets of ${count(paths.length)} files`,
  )
  const map = await run('map', MAP_MILLIS, paths)
  progress.finish('Map', mapText(map))
  const cache = await run('cache', FILLED_MILLIS, paths)
  progress.finish('Cache', cacheText(cache))
  return !map.isAlive && cache.isAlive && (cache.last?.hitRateAfter ?? 0) >= WELL_SERVED
}

async function texts(folder: string): Promise<string[]> {
  const { signal } = new AbortController()
  const walk = await walkFolder(folder, signal)
  const { files } = await selectFiles(walk, FILES_BYTES, signal)
  if (files.length === 0) throw new UsageFailure(`There is no text in ${walk.root}.`)
  return files.slice(0, FILES).map(({ path }) => join(walk.root, path))
}

function run(kind: 'map' | 'cache', millis: number, paths: readonly string[]): Promise<Run> {
  const flags = [...process.execArgv, `--max-old-space-size=${HEAP_MEGABYTES}`]
  const child = spawn(process.execPath, [...flags, FILLING, kind, String(millis), ...paths], {
    stdio: ['ignore', 'pipe', 'pipe'],
  })
  const startedAt = performance.now()
  let last: Filled | undefined
  let mostHeapBytes = 0
  let errors = ''
  createInterface(child.stdout).on('line', line => {
    last = JSON.parse(line) as Filled
    mostHeapBytes = Math.max(mostHeapBytes, last.heapBytes)
  })
  child.stderr.setEncoding('utf8').on('data', (text: string) => (errors += text))
  return new Promise((resolve, reject) => {
    child.once('error', reject)
    child.once('close', code => {
      const elapsedMillis = performance.now() - startedAt
      resolve({ last, mostHeapBytes, isAlive: code === 0, elapsedMillis, errors })
    })
  })
}

function mapText({ last, isAlive, elapsedMillis, errors }: Run): string {
  if (isAlive) return `is alive after ${duration(elapsedMillis)}: this heap is larger than it was told to be`
  const why = /JavaScript heap out of memory/.exec(errors)?.[0] ?? 'without a word'
  return `dead after ${duration(elapsedMillis)}, with ${count(last?.held ?? 0)} snippets: ${why}`
}

function cacheText({ last, mostHeapBytes, isAlive, elapsedMillis, errors }: Run): string {
  if (!isAlive || last === undefined) return `DEAD after ${duration(elapsedMillis)}: ${errors.slice(0, 500)}`
  const { puts, evicted, refused, timesCritical, hitRateAfter = 0 } = last
  return (
    `alive after ${duration(FILLED_MILLIS)} and ${count(puts)} snippets: ${count(evicted)} given back and ${count(refused)} not ` +
    `let in, as memory was short (critical ${plural(timesCritical, 'time')}, heap at most ${megabytes(mostHeapBytes)});\n` +
    `           then ${percent(100 * hitRateAfter)} of what was asked for again was there`
  )
}
