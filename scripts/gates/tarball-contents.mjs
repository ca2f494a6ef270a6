// What is in a package as npm would publish it: what it promises, and nothing that only its makers need.
import { join } from 'node:path'
import { readJson, root } from '../workspace.mjs'

const REQUIRED = ['package.json', 'README.md', 'CHANGELOG.md', 'LICENSE']
const MADE = /^(dist\/.*)\.(js|js\.map|d\.ts|d\.ts\.map)$/
const WRITTEN = /^src\/.*\.(ts|html|css|svg|json)$/
/** Larger than any of our files; a binary or a recording that has slipped in is not. */
const MAX_FILE_BYTES = 250_000

/**
 * What is wrong with a package's contents, one line each.
 * @param {import('../tarball.mjs').Packed} packed @returns {string[]}
 */
export function problemsOfContents({ name, folder, files }) {
  const paths = new Set(files.map(({ path }) => path))
  const problems = REQUIRED.filter(path => !paths.has(path)).map(path => `${path} is missing`)
  for (const path of targetsOf(readJson(join(root, folder, 'package.json')).exports))
    if (!paths.has(path)) problems.push(`exports names ${path}, which is missing`)
  for (const { path, size } of files) {
    if (size > MAX_FILE_BYTES) problems.push(`${path} has ${size} bytes`)
    const made = MADE.exec(path)?.[1]
    if (made !== undefined) {
      // TypeScript leaves the output of a deleted source where it is.
      if (!paths.has(`${made.replace(/^dist/, 'src')}.ts`))
        problems.push(`${path} has no source: npm run clean`)
    } else if (!REQUIRED.includes(path) && !WRITTEN.test(path)) problems.push(`${path} does not belong there`)
  }
  return problems.map(problem => `${name}: ${problem}`)
}

/** @param {unknown} exports the field of a package.json @returns {string[]} */
function targetsOf(exports) {
  if (typeof exports === 'string') return [exports.replace(/^\.\//, '')]
  return Object.values(exports ?? {}).flatMap(targetsOf)
}
