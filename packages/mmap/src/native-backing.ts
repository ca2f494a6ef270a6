import { closedError, faultError, mmapError, openError, type Fault, type Subject } from './mmap-error.ts'
import type { Backing, HotReader, Place } from './backing.ts'
import type { Advice } from './mapping.ts'
import type { Native } from './native.ts'
import {
  bufferOf,
  Bytes,
  copyBytes,
  floor,
  lengthOf,
  min,
  part,
  plainList,
  RawView,
  sizeOf,
  targetOf,
  Weak,
} from './primordials.ts'
import * as refusals from './refusals.ts'

/**
 * Buffers over mapped memory are made when first needed, a window at a time: one over a whole large file would be more than
 * an older engine allows, and the engine takes every byte of one for memory that it may soon run out of.
 */
const WINDOW_BITS = 30
const WINDOW = 2 ** WINDOW_BITS
/** Windows overlap by so much: no number lies across the end of one. */
const OVERLAP = 8

const FAULTS: readonly (Fault | undefined)[] = [undefined, 'truncated', 'no_space']
const ADVICE: Readonly<Record<Advice, number>> = { normal: 0, random: 1, sequential: 2, willneed: 3 }

/** Mapped pages. */
export class NativeBacking implements Backing {
  readonly backend = 'mmap'
  size: number
  slot: number
  isClosed: boolean = false
  views: number = 0
  /** The mapping that reads without a call. Weak: this must not keep it alive. Set with the first window. */
  reader: WeakRef<HotReader> | undefined
  readonly #native: Native
  readonly #number: number
  readonly #subject: Subject
  /** Somebody had taken the memory of a window. */
  #escaped: boolean = false
  /** undefined while there is none, as of a mapping that is opened and closed. */
  #windows: (RawView | undefined)[] | undefined
  #place: Place | undefined

  constructor(native: Native, opened: ArrayLike<number>, subject: Subject) {
    this.#native = native
    this.#number = opened[0]!
    this.size = opened[1]!
    this.slot = opened[2]!
    this.#subject = subject
  }

  fault(): Fault | undefined {
    return this.slot < 0 ? undefined : FAULTS[this.#native.flags.getUint8(this.slot)]
  }

  reading(offset: number, _width: number): Place {
    const place = (this.#place ??= { view: NOTHING, at: 0 })
    const index = floor(offset / WINDOW)
    place.view = this.#window(index)
    place.at = offset - index * WINDOW
    return place
  }

  writing(offset: number, width: number): Place {
    return this.reading(offset, width)
  }

  wrote(): void {}

  read(offset: number, target: Uint8Array, start: number, length: number): void {
    let done = 0
    while (done < length) {
      const piece = this.#piece(offset + done, length - done)
      copyBytes(target, piece, start + done)
      done += lengthOf(piece)
    }
  }

  write(offset: number, bytes: Uint8Array): void {
    const length = lengthOf(bytes)
    let done = 0
    while (done < length) {
      const piece = this.#piece(offset + done, length - done)
      const count = lengthOf(piece)
      copyBytes(piece, count === length ? bytes : part(bytes, done, count), 0)
      done += count
    }
  }

  indexOf(bytes: Uint8Array, from: number): number {
    const found = this.#native.binding.indexOf(this.#number, bytes, from)
    return found < -1 ? this.#refused(found, 'searched') : found
  }

  async flush(offset: number, length: number): Promise<void> {
    const answer = await this.#native.binding.flush(this.#number, offset, length)
    if (answer < 0) this.#refused(answer, 'flushed')
  }

  advise(advice: Advice, offset: number, length: number): void {
    const answer = this.#native.binding.advise(this.#number, ADVICE[advice], offset, length)
    if (answer < 0) this.#refused(answer, 'advised on')
  }

  async prefetch(offset: number, length: number): Promise<void> {
    const answer = await this.#native.binding.populate(this.#number, offset, length)
    if (answer < 0) this.#refused(answer, 'read')
  }

  residency(offset: number, length: number): number {
    const answer = this.#native.binding.residency(this.#number, offset, length)
    if (answer >= 0) return answer
    if (process.platform !== 'win32') return this.#refused(answer, 'looked up')
    throw mmapError('ERR_MMAP_UNSUPPORTED', this.#subject, ': Windows does not tell what is in memory')
  }

  resize(size: number): void {
    const { binding, out } = this.#native
    if (this.#dropWindows()) this.#escaped = true
    const answer = binding.resize(this.#number, size, this.#escaped, out)
    if (answer < 0) this.#refused(answer, 'resized')
    this.size = out[1]!
    this.slot = out[2]!
  }

  lend(offset: number, length: number): Uint8Array {
    const buffer = this.#native.binding.lease(this.#number, offset, length)
    if (buffer === null) throw this.#noBuffer()
    this.views++
    return new Bytes(buffer)
  }

  takeBack(): void {
    if (this.isClosed) return
    this.views--
    this.#native.binding.unlease(this.#number)
  }

  token(): string {
    return this.#native.binding.token(this.#number)
  }

  close(): void {
    if (this.isClosed) return
    this.isClosed = true
    if (this.#dropWindows()) this.#escaped = true
    this.#native.binding.close(this.#number, true, this.#escaped)
  }

  heat(reader: HotReader): void {
    if (this.reader !== undefined || this.size < OVERLAP) return
    this.reader = new Weak(reader)
    reader.heat(this.#window(0), min(WINDOW, this.size) - OVERLAP, this.#flag())
  }

  /** A view of its own: a constant place in it costs half of what a place that is looked up does. */
  #flag(): RawView {
    return new RawView(bufferOf(this.#native.flags), this.slot, 1)
  }

  #piece(offset: number, length: number): Uint8Array {
    const { view, at } = this.reading(offset, 1)
    return new Bytes(bufferOf(view), at, min(length, sizeOf(view) - at))
  }

  #window(index: number): RawView {
    return ((this.#windows ??= plainList())[index] ??= this.#open(index))
  }

  #open(index: number): RawView {
    const begin = index * WINDOW
    const length = min(WINDOW + OVERLAP, this.size - begin)
    const buffer = this.#native.binding.window(this.#number, begin, length)
    if (buffer === null) throw this.#noBuffer()
    return new RawView(buffer, 0, length)
  }

  /** @returns whether somebody else had taken the memory of one: then it may be in use for ever */
  #dropWindows(): boolean {
    if (this.reader !== undefined) targetOf(this.reader)?.cool()
    this.reader = undefined
    const windows = this.#windows
    this.#windows = undefined
    if (windows === undefined) return false
    let escaped = false
    for (let i = 0; i < windows.length; i++) {
      const view = windows[i]
      if (view !== undefined && !this.#native.binding.detach(bufferOf(view))) escaped = true
    }
    return escaped
  }

  #noBuffer(): Error {
    return this.isClosed
      ? closedError(this.#subject)
      : mmapError('ERR_MMAP_UNSUPPORTED', this.#subject, ': the JavaScript engine refused a buffer over it')
  }

  #refused(answer: number, did: string): never {
    const subject = this.#subject
    switch (answer) {
      case refusals.TRUNCATED:
        throw faultError(subject, 'truncated')
      case refusals.NO_SPACE:
        throw faultError(subject, 'no_space')
      case refusals.CLOSED:
        throw closedError(subject)
      case refusals.BUSY:
        throw mmapError('ERR_MMAP_BUSY', subject, ': another thread shares it; end that share before resize')
      case refusals.TOO_LARGE:
        throw mmapError('ERR_MMAP_TOO_LARGE', subject, ': that is more than there is room for')
      default:
        throw openError(subject, did, refusals.systemError(answer, did))
    }
  }
}

const NOTHING: RawView = new RawView(new ArrayBuffer(0), 0, 0)
