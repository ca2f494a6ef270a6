// The packed mmap, as a strict TypeScript program has it. Prints JSON.
import { mapFileSync, MmapError, type MappingOf } from '@leasehold/mmap'

await using file: MappingOf<'cow'> = mapFileSync('package.json', { access: 'cow' })
file.setU8(0, 0x5b)
let code = ''
try {
  file.u64(file.size - 7)
} catch (error) {
  if (error instanceof MmapError) code = error.code
}
console.log(JSON.stringify({ changed: file.string(0, 1), code }))
