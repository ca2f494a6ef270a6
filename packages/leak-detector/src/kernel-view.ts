import { readdirSync, readFileSync } from 'node:fs'

/** What the kernel sees of this process. */
export interface KernelView {
  /** Open file descriptors. */
  readonly fds: number
  /** Mappings of its address space. */
  readonly mappings: number
  readonly residentBytes: number
}

/** Of this process; undefined where there is no Linux `/proc` to read. */
export function kernelView(): KernelView | undefined {
  if (process.platform !== 'linux') return undefined
  try {
    // The folder itself is open while it is read.
    const fds = readdirSync('/proc/self/fd').length - 1
    const mappings = lines(readFileSync('/proc/self/maps'))
    return { fds, mappings, residentBytes: process.memoryUsage.rss() }
  } catch {
    return undefined
  }
}

function lines(file: Buffer): number {
  let count = 0
  for (let at = file.indexOf(10); at !== -1; at = file.indexOf(10, at + 1)) count++
  return count
}
