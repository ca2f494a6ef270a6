// A process whose memmap-napi has no binary: what mapFile does then. Prints JSON.
import { register } from 'node:module'

const absent = `export const loadBinding = () => ({ binding: undefined, reason: 'there is no native binary for this test' })`
const hooks = `
  export async function resolve(id, context, next) {
    return id === 'memmap-napi' ? { url: 'data:text/javascript,' + ${JSON.stringify(encodeURIComponent(absent))}, shortCircuit: true } : next(id, context)
  }`
register('data:text/javascript,' + encodeURIComponent(hooks))

/** @type {string[]} */
const warnings = []
process.on('warning', warning => {
  if (warning.name === 'LeaseholdWarning') warnings.push(warning.message)
})
const { attachMapping, mapFile, mapFileSync } = await import('@leasehold/mmap')
const path = process.argv[2]
const first = mapFileSync(path)
const second = await mapFile(path)
const codeOf = fn => {
  try {
    return fn()
  } catch (error) {
    return error.code
  }
}
await new Promise(setImmediate)
console.log(
  JSON.stringify({
    backends: [first.backend, second.backend],
    text: second.string(0, second.size),
    never: codeOf(() => mapFileSync(path, { fallback: 'never' })),
    attach: codeOf(() => attachMapping({ leasehold: 'mmap', token: '0', name: 'x' })),
    warnings,
  }),
)
await first.close()
await second.close()
