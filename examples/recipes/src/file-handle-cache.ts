/** A cache of open files: never more than its limit, and none closed while somebody reads it. */
import { mkdtemp, open, rm, writeFile, type FileHandle } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { createCache } from '@leasehold/cache'

const folder = await mkdtemp(join(tmpdir(), 'recipe-'))
await Promise.all(Array.from({ length: 20 }, (_, i) => writeFile(join(folder, `${i}.txt`), `file ${i}`)))

const files = createCache<string, FileHandle>({
  name: 'files',
  maxEntries: 5,
  load: name => open(join(folder, name)),
  dispose: file => file.close(),
})

async function read(name: string): Promise<string> {
  using loan = await files.fetchLease(name)
  const { buffer, bytesRead } = await loan.value.read(Buffer.alloc(16), 0, 16, 0)
  return buffer.toString('utf8', 0, bytesRead)
}

const texts = await Promise.all(Array.from({ length: 200 }, (_, i) => read(`${i % 20}.txt`)))
console.log(`${texts.length} reads, the last: ${texts.at(-1)}`)
console.log(`open: ${files.size}`)
await files.close()
console.log(`still open after close: ${files.size + files.stats().retired.entries}`)
await rm(folder, { recursive: true })
