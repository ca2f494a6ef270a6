// node scripts/traces.mjs <checkout of github.com/ben-manes/caffeine> <folder>: the published cache traces in it as
// `npm run bench -- cache --trace=<file>` reads them, a number a line. They are not kept here: what some of them may be
// used for nobody has said.
import { execFileSync } from 'node:child_process'
import { mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { gunzipSync } from 'node:zlib'

const PARSERS = 'simulator/src/main/resources/com/github/benmanes/caffeine/cache/simulator/parser'
const MAX_BYTES = 1024 ** 3

/** How the keys stand in the traces of each group. @type {Readonly<Record<string, (bytes: Buffer) => Iterable<unknown>>>} */
const FORMATS = {
  adapt_size: bytes => columns(bytes, 1),
  address: bytes => columns(bytes, 1).map(address => Number.parseInt(address, 16)),
  cache2k: bytes => integers(bytes, 4, at => bytes.readInt32BE(at)),
  cloud_physics: bytes => integers(bytes, 4, at => bytes.readUInt32BE(at)),
  corda: bytes => integers(bytes, 8, at => bytes.readBigInt64BE(at)),
  lirs: bytes => columns(bytes, 0).filter(key => /^\d+$/.test(key)),
  scarab: bytes => integers(bytes, 8, at => bytes.readBigInt64BE(at)),
}

const [checkout, folder] = process.argv.slice(2)
if (checkout === undefined || folder === undefined) {
  console.error('Usage: node scripts/traces.mjs <checkout of ben-manes/caffeine> <folder>')
  process.exit(1)
}
mkdirSync(folder, { recursive: true })
for (const [group, keysOf] of Object.entries(FORMATS)) {
  const source = join(checkout, PARSERS, group)
  for (const file of readdirSync(source).filter(name => /^[\w-]+(\.trace)?\.(gz|xz)$/.test(name))) {
    const name = `${group}_${file.replace(/(\.trace)?\.(gz|xz)$/, '')}`
    try {
      const keys = [...keysOf(unpacked(join(source, file)))]
      writeFileSync(join(folder, name), `${numbered(keys).join('\n')}\n`)
      console.log(`${name}: ${keys.length} requests, ${new Set(keys).size} keys`)
    } catch (error) {
      console.error(`${name} is left out: ${String(error)}`)
      process.exitCode = 1
    }
  }
}

/** What is larger than a number gets numbers of our own. @param {unknown[]} keys */
function numbered(keys) {
  if (typeof keys[0] !== 'bigint') return keys
  const numbers = new Map()
  return keys.map(key => {
    if (!numbers.has(key)) numbers.set(key, numbers.size)
    return numbers.get(key)
  })
}

/** @param {string} file */
function unpacked(file) {
  if (file.endsWith('.gz')) return gunzipSync(readFileSync(file))
  // Node has no xz.
  return execFileSync('xz', ['--decompress', '--stdout', file], { maxBuffer: MAX_BYTES })
}

/** The text's lines' words at `index`. @param {Buffer} bytes @param {number} index */
function columns(bytes, index) {
  return bytes
    .toString('latin1')
    .split('\n')
    .flatMap(line => line.trim().split(/\s+/)[index] ?? [])
}

/** @param {Buffer} bytes @param {number} width @param {(at: number) => number | bigint} read */
function* integers(bytes, width, read) {
  for (let at = 0; at + width <= bytes.length; at += width) yield read(at)
}
