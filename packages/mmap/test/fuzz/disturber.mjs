// The other process: it does to the files whatever a mapping has to survive, until it is killed.
import { appendFileSync, renameSync, truncateSync, unlinkSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'

const [, , folder] = process.argv
const BYTE = 7
const MAX = 300_000
const paths = [0, 1, 2].map(i => join(folder, `file${i}`))
const whole = Buffer.alloc(MAX, BYTE)
const pick = of => of[Math.floor(Math.random() * of.length)]
const acts = [
  path => truncateSync(path, Math.floor(Math.random() * MAX)),
  path => truncateSync(path, 0),
  path => appendFileSync(path, whole.subarray(0, 10_000)),
  path => renameSync(path, `${path}.old`),
  path => unlinkSync(path),
  path => writeFileSync(path, whole),
  path => writeFileSync(path, whole),
  path => (writeFileSync(`${path}.new`, whole), renameSync(`${path}.new`, path)),
]
setInterval(() => {
  try {
    pick(acts)(pick(paths))
  } catch (error) {
    if (error.code !== 'ENOENT') throw error
  }
}, 1)
