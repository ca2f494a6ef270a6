// Ratios of benchmarks beside those of the stored baseline: a change that makes one a quarter worse is found the next day.
import { existsSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { readJson, root } from './workspace.mjs'

const BASELINE = join(root, 'benchmarks/baseline.json')
/** What two runs of the same code differ by on a shared machine, and some. */
const TOLERANCE = 1.25

/**
 * @typedef {Record<string, number>} Ratios by `area: name`; lower is better
 */

/** @param {string} file a line of JSON for each figure @param {string} area @returns {Ratios} */
export function ratiosIn(file, area) {
  if (!existsSync(file)) return {}
  const figures = readFileSync(file, 'utf8')
    .split('\n')
    .filter(line => line !== '')
    .map(line => JSON.parse(line))
  // Nanoseconds are the machine's; only ratios can be compared with another day's.
  return Object.fromEntries(
    figures.filter(({ unit }) => unit === 'x').map(({ name, figure }) => [`${area}: ${name}`, figure]),
  )
}

/** @param {Ratios} ratios @returns {string[]} what has become worse, in words */
export function worseThanBaseline(ratios) {
  /** @type {Ratios} */
  const baseline = readJson(BASELINE)
  return Object.entries(ratios).flatMap(([name, ratio]) => {
    const before = baseline[name]
    if (before === undefined) return [`${name}: not in the baseline; npm run bench -- … --record adds it`]
    if (ratio <= before * TOLERANCE) return []
    return [`${name}: ${ratio.toFixed(2)} x, was ${before.toFixed(2)} x`]
  })
}

/** @param {Ratios} ratios the areas that were not run stay as they were */
export function recordBaseline(ratios) {
  const all = { ...(existsSync(BASELINE) ? readJson(BASELINE) : {}), ...ratios }
  const sorted = Object.entries(all).sort(([a], [b]) => (a < b ? -1 : 1))
  const rounded = sorted.map(([name, ratio]) => [name, Number(ratio.toPrecision(3))])
  writeFileSync(BASELINE, `${JSON.stringify(Object.fromEntries(rounded), null, 2)}\n`)
}
