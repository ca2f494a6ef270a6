/** Worker threads that read one mapping: the same pages, without a copy; each share ends by itself. */
import { writeFileSync } from 'node:fs'
import { mkdtemp, rm } from 'node:fs/promises'
import { once } from 'node:events'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { isMainThread, parentPort, Worker, workerData } from 'node:worker_threads'
import { attachMapping, mapFile, type MappingHandle } from '@leasehold/mmap'

interface Task {
  readonly handle: MappingHandle
  readonly from: number
  readonly to: number
}

if (isMainThread) {
  const folder = await mkdtemp(join(tmpdir(), 'recipe-'))
  const path = join(folder, 'numbers.bin')
  writeFileSync(
    path,
    Uint32Array.from({ length: 100_000 }, (_, i) => i),
  )
  const mapping = await mapFile(path)
  if (mapping.backend === 'file') {
    console.log('no native binary here: workers open the file themselves')
  } else {
    const half = mapping.size / 2
    const ranges = [
      [0, half],
      [half, mapping.size],
    ] as const
    const sums = await Promise.all(
      ranges.map(async ([from, to]) => {
        const worker = new Worker(new URL(import.meta.url), {
          workerData: { handle: mapping.handle(), from, to },
        })
        const [sum] = (await once(worker, 'message')) as [number]
        return sum
      }),
    )
    console.log(`sum of the parts: ${sums[0]! + sums[1]!}`)
  }
  await mapping.close()
  await rm(folder, { recursive: true })
} else {
  const { handle, from, to } = workerData as Task
  await using mapping = attachMapping(handle)
  let sum = 0
  for (let offset = from; offset < to; offset += 4) sum += mapping.u32(offset)
  parentPort!.postMessage(sum)
}
