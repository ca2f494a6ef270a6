// The packed mmap, as an ECMAScript module has it. Prints JSON.
import { createRequire } from 'node:module'
import { mapFile } from '@leasehold/mmap'

const file = await mapFile('package.json', { name: 'manifest' })
const codeOf = fn => {
  try {
    return fn()
  } catch (error) {
    return error.code
  }
}
const read = {
  backend: file.backend,
  brace: file.u8(0),
  text: file.string(0, 1),
  found: file.indexOf(Buffer.from('private')) > 0,
  range: codeOf(() => file.u8(file.size)),
}
await file.close()
const closed = codeOf(() => file.u8(0))
const again = createRequire(import.meta.url)('@leasehold/mmap').mapFileSync('package.json')
const required = again.u8(0)
await again.close()
console.log(JSON.stringify({ ...read, closed, required }))
