import { readFileSync } from 'node:fs'
import { getHeapStatistics } from 'node:v8'
import { createCache } from '@leasehold/cache'
import { MemoryPressureMonitor } from '@leasehold/core'
import { snippet } from '../index/snippet.ts'

/** What the filling program tells, a line of JSON each time. */
export interface Filled {
  readonly puts: number
  readonly held: number
  readonly evicted: number
  readonly refused: number
  readonly timesCritical: number
  readonly heapBytes: number
  /** Of the requests for a few snippets, again and again, when the filling was over. */
  readonly hitRateAfter?: number
}

const AT_ONCE = 200
const TOLD_EVERY_MILLIS = 100
const SERVED_AT_MOST_MILLIS = 20_000
const SERVED = 100
const WELL_SERVED = 0.9

/** Where rendered snippets are put: a `Map` that keeps all, or a cache that is limited far above the heap. */
interface Shelf {
  readonly size: number
  put(key: string, html: string): boolean
  get(key: string): string | undefined
}

const [kind, millis, ...paths] = process.argv.slice(2)
const texts = paths.map(path => ({ path, text: readFileSync(path, 'utf8').slice(0, 2_000) }))
const cache = createCache<string, string>({ name: 'snippets', maxEntries: 10_000_000 })
let timesCritical = 0
MemoryPressureMonitor.default.on('change', ({ level }) => {
  if (level === 'critical') timesCritical++
})
const shelf = kind === 'map' ? mapShelf() : cacheShelf()
let puts = 0
let refused = 0
let toldAt = 0

await fill(Date.now() + Number(millis))
console.log(JSON.stringify({ ...filled(), hitRateAfter: await serve() }))
await cache.close()

async function fill(until: number): Promise<void> {
  while (Date.now() < until) {
    for (let i = 0; i < AT_ONCE; i++, puts++) if (!shelf.put(`${puts}`, render(puts))) refused++
    if (Date.now() - toldAt >= TOLD_EVERY_MILLIS) {
      toldAt = Date.now()
      console.log(JSON.stringify(filled()))
    }
    await nextTurn()
  }
}

/** A few are asked for again and again, and rendered where they are not there: until nearly all of them are. */
async function serve(): Promise<number> {
  const until = Date.now() + SERVED_AT_MOST_MILLIS
  let rate = 0
  while (rate < WELL_SERVED && Date.now() < until) {
    let hits = 0
    for (let i = 0; i < SERVED; i++) {
      if (shelf.get(`served ${i}`) !== undefined) hits++
      else shelf.put(`served ${i}`, render(i))
    }
    rate = hits / SERVED
    await nextTurn()
  }
  return rate
}

function filled(): Filled {
  const evicted = kind === 'map' ? 0 : cache.stats().evictions.pressure - refused
  const heapBytes = getHeapStatistics().used_heap_size
  return { puts, held: shelf.size, evicted, refused, timesCritical, heapBytes }
}

/** Copied, as a part of a string keeps the whole of it. */
function render(number: number): string {
  const { path, text } = texts[number % texts.length]!
  const html = `<li value="${number}"><a href="${path}">${path}</a> ${snippet(text, '')}</li>`
  return Buffer.from(html).toString()
}

function mapShelf(): Shelf {
  const map = new Map<string, string>()
  return {
    get size() {
      return map.size
    },
    put: (key, html) => map.set(key, html).size > 0,
    get: key => map.get(key),
  }
}

function cacheShelf(): Shelf {
  return {
    get size() {
      return cache.size
    },
    put: (key, html) => cache.set(key, html),
    get: key => cache.get(key),
  }
}

function nextTurn(): Promise<void> {
  return new Promise(resolve => setImmediate(resolve))
}
