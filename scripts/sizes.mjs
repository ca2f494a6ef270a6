// npm run sizes [-- --check]: what each package brings to whoever installs it, beside its peers, and writes
// docs/sizes.md. With --check nothing is written; it fails where a count of packages differs from that page, or a size
// by more than a quarter. Needs the npm registry.
import { build } from 'esbuild'
import { mkdirSync, mkdtempSync, readFileSync, readdirSync, rmSync, statSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { gzipSync } from 'node:zlib'
import { format, resolveConfig } from 'prettier'
import { captureNode, npm } from './command.mjs'
import { requireKnown } from './known-names.mjs'
import { ready } from './ready.mjs'
import { packPublic } from './tarball.mjs'
import { readJson, root } from './workspace.mjs'

const API = '@opentelemetry/api@1.9.1'
const TOLERANCE = 0.25

/** Ours, and what people use for the same: the versions are those of the benchmarks where they are there. */
const groups = {
  Leases: ['@leasehold/core'],
  Pools: ['@leasehold/pool', 'generic-pool@3.9.0', 'tarn@3.1.2', 'lightning-pool@4.14.0'],
  Caches: ['@leasehold/cache', 'quick-lru@7.3.0', 'lru-cache@11.5.3'],
  'Mapped files': ['@leasehold/mmap', 'mmap-io@1.1.7'],
  Leaks: ['@leasehold/leak-detector', 'why-is-node-running@3.2.3', 'wtfnode@0.10.1'],
  Telemetry: ['@leasehold/otel-exporter', 'prom-client@15.1.3', '@opentelemetry/sdk-node@0.223.0'],
}

/**
 * @typedef {object} Size
 * @property {string} name with the version, of others' packages
 * @property {number} dependencies packages that are installed with it, without the peer `@opentelemetry/api`
 * @property {number} own its folder's size, in KiB
 * @property {number} all with what it depends on, in KiB
 * @property {number | undefined} code all that it loads from its main entry, minified and gzipped, in KiB; undefined
 *   where it cannot be bundled
 */

const args = process.argv.slice(2)
requireKnown('option', args, ['--check'])
await ready()
const page = join(root, 'docs/sizes.md')
const folder = mkdtempSync(join(tmpdir(), 'leasehold-sizes-'))
try {
  const packed = await packPublic(folder)
  let text = readFileSync(join(root, 'scripts/sizes.head.md'), 'utf8')
  /** @type {Size[]} */
  const all = []
  for (const [title, names] of Object.entries(groups)) {
    const sizes = []
    for (const name of names) sizes.push(await measure(name, packed))
    all.push(...sizes)
    text += `\n## ${title}\n\n${table(sizes)}\n`
  }
  const pretty = await format(text, { ...(await resolveConfig(page)), parser: 'markdown' })
  if (args.includes('--check')) check(all, readFileSync(page, 'utf8'))
  else writeFileSync(page, pretty)
  console.log(pretty)
} finally {
  rmSync(folder, { recursive: true, force: true })
}

/** @param {string} spec @param {import('./tarball.mjs').Packed[]} packed @returns {Promise<Size>} */
async function measure(spec, packed) {
  const name = spec.replace(/(?<=.)@.*$/, '')
  const home = join(folder, spec.replaceAll(/[^\w.-]/g, '_'))
  mkdirSync(home)
  writeFileSync(join(home, 'package.json'), '{ "private": true, "type": "module" }\n')
  const own = needed(name, packed)
  const wanted = own.length > 0 ? [...own, API] : name.startsWith('@opentelemetry/') ? [spec, API] : [spec]
  const install = [
    npm(),
    'install',
    ...wanted,
    '--ignore-scripts',
    '--no-audit',
    '--no-fund',
    '--loglevel=error',
  ]
  const { code, output } = await captureNode(install, { cwd: home })
  if (code !== 0) throw new Error(`${spec} did not install:\n${output}`)
  const modules = join(home, 'node_modules')
  const isPeer = own.length > 0 || name.startsWith('@opentelemetry/')
  const packages = Object.keys(readJson(join(modules, '.package-lock.json')).packages)
  const peers = isPeer && name !== '@opentelemetry/api' ? 1 : 0
  return {
    name: own.length > 0 ? name : spec,
    dependencies: packages.length - 1 - peers,
    own: kibibytes(bytesUnder(join(modules, name))),
    all: kibibytes(bytesUnder(modules) - (isPeer ? bytesUnder(join(modules, '@opentelemetry/api')) : 0)),
    code: await bundled(name, home),
  }
}

/** The tarballs of a package of ours and of all of ours that it depends on; none for another's. */
function needed(/** @type {string} */ name, /** @type {import('./tarball.mjs').Packed[]} */ packed) {
  /** @type {Set<string>} */
  const files = new Set()
  /** @param {string} wanted */
  const add = wanted => {
    const found = packed.find(candidate => candidate.name === wanted)
    if (found === undefined) return
    files.add(found.file)
    Object.keys(readJson(join(root, found.folder, 'package.json')).dependencies ?? {}).forEach(add)
  }
  add(name)
  return [...files]
}

/** @param {string} name @param {string} home @returns {Promise<number | undefined>} */
async function bundled(name, home) {
  const { outputFiles } = await build({
    stdin: {
      contents: `import * as entry from ${JSON.stringify(name)}\nconsole.log(entry)`,
      resolveDir: home,
    },
    bundle: true,
    minify: true,
    platform: 'node',
    format: 'esm',
    target: 'node20',
    external: ['@opentelemetry/api'],
    loader: { '.node': 'empty' },
    write: false,
    logLevel: 'silent',
  }).catch(() => ({ outputFiles: [] }))
  const [file] = outputFiles
  return file === undefined ? undefined : kibibytes(gzipSync(file.contents).length)
}

/** @param {string} path @returns {number} */
function bytesUnder(path) {
  return readdirSync(path, { withFileTypes: true }).reduce((sum, entry) => {
    const below = join(path, entry.name)
    if (entry.isDirectory()) return sum + bytesUnder(below)
    return entry.isFile() ? sum + statSync(below).size : sum
  }, 0)
}

/** @param {number} bytes */
function kibibytes(bytes) {
  return Math.round(bytes / 102.4) / 10
}

/** @param {Size[]} sizes */
function table(sizes) {
  const rows = sizes.map(
    ({ name, dependencies, own, all, code }) =>
      `| \`${name}\` | ${dependencies} | ${round(own)} | ${round(all)} | ${code === undefined ? '-' : code} |`,
  )
  return [
    '| package | packages with it | own KiB | all KiB | code KiB |',
    '| :-- | --: | --: | --: | --: |',
    ...rows,
  ].join('\n')
}

/** @param {number} kibibytes */
function round(kibibytes) {
  return kibibytes < 100 ? kibibytes : Math.round(kibibytes)
}

/** @param {Size[]} sizes @param {string} text */
function check(sizes, text) {
  const problems = sizes.flatMap(size => {
    const row = text.split('\n').find(line => line.startsWith(`| \`${size.name}\``))
    const [dependencies, ...told] = (row ?? '').split('|').slice(2, -1).map(Number)
    if (dependencies !== size.dependencies)
      return [`${size.name}: ${size.dependencies} packages with it, docs/sizes.md says ${dependencies}`]
    return [size.own, size.all, size.code]
      .map((is, i) => ({ is: is ?? NaN, was: told[i] ?? NaN }))
      .filter(({ is, was }) => Math.abs(is - was) > TOLERANCE * was)
      .map(({ is, was }) => `${size.name}: ${is} KiB, docs/sizes.md says ${was}`)
  })
  problems.forEach(problem => console.error(problem))
  if (problems.length > 0) process.exitCode = 1
}
