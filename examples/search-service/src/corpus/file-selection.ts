import { createHash } from 'node:crypto'
import { lstat } from 'node:fs/promises'
import { join } from 'node:path'
import type { Walk } from './file-walk.ts'

/** Larger files are bundles and data; one of them would dominate the index and hold up the event loop. */
export const MAX_FILE_BYTES: number = 1024 * 1024

const STAT_BATCH = 64

export interface Selection {
  readonly root: string
  readonly files: readonly { readonly path: string; readonly bytes: number }[]
  readonly bytes: number
  readonly skipped: {
    readonly tooLarge: number
    readonly empty: number
    readonly vanished: number
    readonly overBudget: number
  }
}

/**
 * Takes files up to `maxBytes`, the first whatever its size, in the order of a hash of their paths: always the same ones, and spread over
 * the whole folder, where taking them in alphabetical order would leave out everything after the letter "m".
 */
export async function selectFiles(walk: Walk, maxBytes: number, signal: AbortSignal): Promise<Selection> {
  const shuffled = walk.files
    .map(path => ({ path, rank: createHash('sha1').update(path).digest('base64') }))
    .sort((a, b) => (a.rank < b.rank ? -1 : 1))
  const files: { path: string; bytes: number }[] = []
  let bytes = 0
  let tooLarge = 0
  let empty = 0
  let vanished = 0
  let overBudget = 0
  let looked = 0
  for (; looked < shuffled.length && overBudget === 0; looked += STAT_BATCH) {
    signal.throwIfAborted()
    const batch = shuffled.slice(looked, looked + STAT_BATCH)
    const sizes = await Promise.all(batch.map(({ path }) => sizeOf(join(walk.root, path))))
    for (const [i, size] of sizes.entries()) {
      if (size === undefined) vanished++
      else if (size === 0) empty++
      else if (size > MAX_FILE_BYTES) tooLarge++
      else if (overBudget > 0 || (files.length > 0 && bytes + size > maxBytes)) overBudget++
      else {
        files.push({ path: (batch[i] as { path: string }).path, bytes: size })
        bytes += size
      }
    }
  }
  overBudget += Math.max(0, shuffled.length - looked)
  return { root: walk.root, files, bytes, skipped: { tooLarge, empty, vanished, overBudget } }
}

async function sizeOf(path: string): Promise<number | undefined> {
  try {
    return (await lstat(path)).size
  } catch {
    return undefined
  }
}
