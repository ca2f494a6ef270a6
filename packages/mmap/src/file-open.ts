import { closeSync, constants, fstatSync, ftruncateSync, openSync, readSync, type Stats } from 'node:fs'
import { FileBacking } from './file-backing.ts'
import { mmapError, openError } from './mmap-error.ts'
import type { MapSettings } from './mmap-options.ts'
import { rangeError } from './range-error.ts'

/** In bytes, of all systems. */
const LARGEST_PAGE = 64 * 1024
/** Of a file that tells no size, in bytes: some of /proc go on for hundreds of gigabytes. */
const LONGEST_READ = 256 * 1024 * 1024

/**
 * Opens a file to be read and written.
 *
 * @param isOdd its size is not to be believed if it is small, as of those in /proc and /sys: it is read through once to find out
 */
export function openFile(settings: MapSettings, isOdd: boolean): FileBacking {
  const { name, path, access, offset, length } = settings
  const subject = { name, path }
  let file: number
  try {
    file = openSync(path, flagsOf(settings))
  } catch (error) {
    // A folder that is opened for writing; whoever maps it is told the same whatever the access.
    if ((error as NodeJS.ErrnoException).code === 'EISDIR') throw notRegular(settings)
    throw openError(subject, 'opened', error)
  }
  try {
    const present = sizeOf(file, settings, isOdd)
    if (offset > present || (length ?? 0) > present - offset) throw rangeError(settings)
    return new FileBacking(file, access, { offset, size: length ?? present - offset }, subject)
  } catch (error) {
    closeSync(file)
    throw error
  }
}

function flagsOf({ access, size }: MapSettings): number {
  const { O_RDWR, O_RDONLY, O_CREAT } = constants
  // Absent on Windows, where nothing waits.
  const waitless = (constants.O_NONBLOCK ?? 0) | (constants.O_NOCTTY ?? 0)
  if (access !== 'rw') return O_RDONLY | waitless
  return O_RDWR | waitless | (size === undefined ? 0 : O_CREAT)
}

function sizeOf(file: number, settings: MapSettings, isOdd: boolean): number {
  const stat = fstatSync(file)
  if (!stat.isFile()) throw notRegular(settings)
  const { size } = settings
  if (size !== undefined && size > stat.size) return lengthen(file, size, settings)
  const isToBeRead = stat.size <= LARGEST_PAGE && (isOdd || (hasNoBlocks(stat) && settings.access !== 'rw'))
  return isToBeRead ? readThrough(file, settings) : stat.size
}

function lengthen(file: number, size: number, { name, path }: MapSettings): number {
  try {
    ftruncateSync(file, size)
    return size
  } catch (error) {
    throw openError({ name, path }, 'opened', error)
  }
}

/** As a file of /proc or /sys, which tells a size of 0 or of a page; or one that is empty, or small and sparse. */
function hasNoBlocks({ size, blocks }: Stats): boolean {
  return size === 0 || blocks === 0
}

function readThrough(file: number, { name, path }: MapSettings): number {
  const block = Buffer.allocUnsafe(64 * 1024)
  let size = 0
  try {
    for (let count = 1; count > 0 && size <= LONGEST_READ; size += count) {
      count = readSync(file, block, 0, block.length, size)
    }
  } catch (error) {
    throw openError({ name, path }, 'read', error)
  }
  if (size <= LONGEST_READ) return size
  const limit = `${LONGEST_READ} bytes, as far as a file that tells no size is read to find out`
  throw mmapError('ERR_MMAP_TOO_LARGE', { name, path }, `: it has more than ${limit}`)
}

function notRegular({ name, path }: MapSettings): Error {
  return mmapError('ERR_MMAP_UNSUPPORTED', { name, path }, `: ${path} is not a regular file`)
}
