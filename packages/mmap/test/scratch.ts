import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { ResourceRegistry } from '@leasehold/core'
import { isAvailable, native } from '../src/native.ts'

/** Whether files can be mapped here: else only the file back end is to be tested. */
export const canMap: boolean = isAvailable(native())

/** The back ends there are, as the option that chooses them. */
export const backends: readonly (readonly ['mmap' | 'file', 'never' | 'always'])[] = canMap
  ? [
      ['mmap', 'never'],
      ['file', 'always'],
    ]
  : [['file', 'always']]

/** A folder of a test's own, and a registry that has to be empty in the end. */
export class Scratch {
  readonly folder: string = mkdtempSync(join(tmpdir(), 'leasehold-mmap-'))
  readonly registry: ResourceRegistry = new ResourceRegistry()
  #files: number = 0

  file(content: string | Uint8Array): string {
    const path = join(this.folder, `file${++this.#files}`)
    writeFileSync(path, content)
    return path
  }

  remove(): void {
    rmSync(this.folder, { recursive: true, force: true })
  }
}

/** Bytes that are unlike one another, wherever one looks. */
export function pattern(length: number): Uint8Array {
  return Uint8Array.from({ length }, (_, i) => (i * 7 + (i >> 8)) & 255)
}
