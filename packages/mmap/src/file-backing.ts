import { closeSync, fstatSync, fsync, ftruncateSync, readSync, writeSync } from 'node:fs'
import { promisify } from 'node:util'
import type { Backing, Place } from './backing.ts'
import { FilePages } from './file-pages.ts'
import type { Access } from './mapping.ts'
import { closedError, faultError, mmapError, openError, type Fault, type Subject } from './mmap-error.ts'
import { part, lengthOf, RawView } from './primordials.ts'

const syncFile = promisify(fsync)
/** What is read at once by a search. */
const BLOCK = 64 * 1024

/** A file that is read and written: where it cannot be mapped, or was not to be. */
export class FileBacking implements Backing {
  readonly backend = 'file'
  size: number
  isClosed: boolean = false
  readonly views: number = 0
  readonly #file: number
  readonly #offset: number
  readonly #subject: Subject
  readonly #pages: FilePages | undefined
  readonly #isShared: boolean
  #fault: Fault | undefined
  #flushes: number = 0
  readonly #number: Uint8Array = new Uint8Array(8)
  readonly #place: Place

  /** @param file its descriptor, which is closed in the end */
  constructor(file: number, access: Access, range: { offset: number; size: number }, subject: Subject) {
    this.#file = file
    this.#offset = range.offset
    this.size = range.size
    this.#subject = subject
    this.#isShared = access === 'rw'
    if (access === 'cow') this.#pages = new FilePages((at, target) => this.#load(at, target))
    this.#place = { view: new RawView(this.#number.buffer as ArrayBuffer, 0, 8), at: 0 }
  }

  fault(): Fault | undefined {
    return this.#fault
  }

  heat(): void {}

  reading(offset: number, width: number): Place {
    this.read(offset, this.#number, 0, width)
    return this.#place
  }

  writing(): Place {
    return this.#place
  }

  wrote(_place: Place, offset: number, width: number): void {
    this.write(offset, part(this.#number, 0, width))
  }

  read(offset: number, target: Uint8Array, start: number, length: number): void {
    const piece = part(target, start, length)
    this.#load(offset, piece)
    this.#pages?.overlay(offset, piece)
  }

  write(offset: number, bytes: Uint8Array): void {
    const length = lengthOf(bytes)
    const own = part(bytes, 0, length)
    if (this.#pages !== undefined) return this.#pages.write(offset, own, this.size)
    // Writing behind the end of a file that has been truncated would make it longer again.
    if (!this.#has(offset + length)) return
    try {
      for (let done = 0; done < length;) {
        done += writeSync(this.#file, own, done, length - done, this.#offset + offset + done)
      }
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== 'ENOSPC') throw openError(this.#subject, 'written', error)
      this.#fault = 'no_space'
      throw faultError(this.#subject, 'no_space', { cause: error })
    }
  }

  indexOf(bytes: Uint8Array, from: number): number {
    const needle = Buffer.from(bytes)
    if (needle.length === 0) return from
    const overlap = needle.length - 1
    const block = Buffer.allocUnsafe(Math.min(this.size - from, Math.max(BLOCK, needle.length) + overlap))
    for (let at = from; this.size - at >= needle.length; at += Math.max(1, block.length - overlap)) {
      const piece = block.subarray(0, Math.min(block.length, this.size - at))
      this.read(at, piece, 0, piece.length)
      if (this.#fault !== undefined) return -1
      const found = piece.indexOf(needle)
      if (found >= 0) return at + found
    }
    return -1
  }

  async flush(offset: number, length: number): Promise<void> {
    // A program's clock or tracer has been called since the mapping was seen to be open, and the descriptor may be another's.
    if (this.isClosed) throw closedError(this.#subject)
    if (!this.#isShared || length === 0) return
    if (!this.#has(offset + length)) throw faultError(this.#subject, 'truncated')
    this.#flushes++
    try {
      await syncFile(this.#file)
    } catch (error) {
      throw openError(this.#subject, 'flushed', error)
    } finally {
      this.#flushes--
      this.#closeUnused()
    }
  }

  advise(): void {}

  async prefetch(): Promise<void> {}

  residency(): number {
    return 0
  }

  resize(size: number): void {
    try {
      ftruncateSync(this.#file, this.#offset + size)
    } catch (error) {
      throw openError(this.#subject, 'resized', error)
    }
    this.size = size
  }

  lend(): Uint8Array {
    throw this.#unsupported('a view')
  }

  takeBack(): void {}

  token(): string {
    throw this.#unsupported('a handle')
  }

  close(): void {
    if (this.isClosed) return
    this.isClosed = true
    this.#closeUnused()
  }

  /** Not beneath a flush: its descriptor could be another file's by then. */
  #closeUnused(): void {
    if (this.isClosed && this.#flushes === 0) closeSync(this.#file)
  }

  #unsupported(what: string): Error {
    const subject = { ...this.#subject, size: this.size }
    return mmapError(
      'ERR_MMAP_UNSUPPORTED',
      subject,
      `: ${what} needs mapped pages, and this file is read and written`,
    )
  }

  /** Whether the file still has so much; if not, it was truncated. */
  #has(end: number): boolean {
    if (fstatSync(this.#file).size >= this.#offset + end) return true
    this.#fault = 'truncated'
    return false
  }

  #load(offset: number, target: Uint8Array): void {
    try {
      for (let done = 0; done < target.length;) {
        const count = readSync(this.#file, target, done, target.length - done, this.#offset + offset + done)
        if (count === 0) {
          this.#fault = 'truncated'
          target.fill(0, done)
          return
        }
        done += count
      }
    } catch (error) {
      throw openError(this.#subject, 'read', error)
    }
  }
}
