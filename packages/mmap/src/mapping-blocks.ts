import { constants } from 'node:buffer'
import { ConfigError, describeValue, type LeaseHandle } from '@leasehold/core'
import type { Backing } from './backing.ts'
import { track } from './held-mapping.ts'
import type { Access, Advice, Backend, MappingHandle, View } from './mapping.ts'
import { closedError, faultError, mmapError } from './mmap-error.ts'
import type { Identity } from './mmap-options.ts'
import { Bytes, lengthOf } from './primordials.ts'
import {
  beyond,
  checkBytes,
  checkPlace,
  checkRange,
  checkTarget,
  isPlace,
  type Sized,
} from './range-check.ts'
import type { MmapTelemetry } from './telemetry/mmap-telemetry.ts'
import { SPAN_MMAP_FLUSH } from './telemetry/names.generated.ts'
import { textOf } from './text.ts'
import { lendView } from './view-lease.ts'

const ADVICE: readonly Advice[] = ['normal', 'random', 'sequential', 'willneed']
/** Where short texts are copied to before they are decoded. */
const SCRATCH: Buffer = Buffer.allocUnsafeSlow(4096)

export interface MappingIdentity extends Identity {
  readonly access: Access
  readonly path: string | undefined
}

/** All of a mapping but its numbers. */
export class MappingBlocks implements Sized {
  readonly access: Access
  readonly name: string
  readonly path: string | undefined
  readonly #identity: MappingIdentity
  readonly #backing: Backing
  readonly #telemetry: MmapTelemetry
  readonly #lease: LeaseHandle<unknown>
  #closing: Promise<void> | undefined
  #isFaulty: boolean = false

  constructor(backing: Backing, identity: MappingIdentity, telemetry: MmapTelemetry) {
    this.access = identity.access
    this.name = identity.name
    this.path = identity.path
    this.#identity = identity
    this.#backing = backing
    this.#telemetry = telemetry
    this.#lease = track(this, backing, telemetry, identity)
  }

  get backend(): Backend {
    return this.#backing.backend
  }

  get size(): number {
    return this.#backing.size
  }

  get isClosed(): boolean {
    return this.#backing.isClosed
  }

  readInto(offset: number, target: Uint8Array, start: number = 0, length?: number): number {
    this.#open()
    checkPlace(this, "readInto's offset", offset)
    checkBytes(this, "readInto's target", target)
    checkTarget(this, target, start, length)
    const backing = this.#backing
    const wanted = length ?? lengthOf(target) - start
    const count = Math.min(wanted, Math.max(0, backing.size - offset))
    if (count === 0) return 0
    backing.read(offset, target, start, count)
    this.#settle()
    this.#telemetry.read(count)
    return count
  }

  slice(offset: number, length: number): Uint8Array<ArrayBuffer> {
    this.#open()
    checkRange(this, 'slice', offset, length)
    if (length > constants.MAX_LENGTH)
      throw this.#tooLarge('an array', 'arrays', length, constants.MAX_LENGTH)
    const bytes = this.#allocate(length)
    if (length > 0) this.#backing.read(offset, bytes, 0, length)
    this.#settle()
    this.#telemetry.read(length)
    return bytes
  }

  string(offset: number, length: number, encoding: BufferEncoding = 'utf8'): string {
    this.#open()
    checkRange(this, 'string', offset, length)
    if (typeof encoding !== 'string' || !Buffer.isEncoding(encoding)) {
      throw new ConfigError(this.#owner, "string's encoding", 'an encoding that Buffer knows', encoding)
    }
    if (length > constants.MAX_STRING_LENGTH) {
      throw this.#tooLarge('a string', 'strings', length, constants.MAX_STRING_LENGTH)
    }
    const copy = length <= SCRATCH.length ? SCRATCH : Buffer.from(this.#allocate(length).buffer)
    if (length > 0) this.#backing.read(offset, copy, 0, length)
    this.#settle()
    this.#telemetry.read(length)
    return textOf(copy, encoding, length) ?? this.#refuseText(length)
  }

  indexOf(bytes: Uint8Array, from: number = 0): number {
    this.#open()
    checkBytes(this, "indexOf's bytes", bytes)
    checkPlace(this, "indexOf's from", from)
    if (from > this.size || lengthOf(bytes) > this.size - from) return -1
    try {
      const found = this.#backing.indexOf(bytes, from)
      this.#settle()
      return found
    } catch (error) {
      this.#settle()
      throw error
    }
  }

  write(offset: number, bytes: Uint8Array): void {
    this.#writable('write')
    checkBytes(this, "write's bytes", bytes)
    checkPlace(this, "write's offset", offset)
    const length = lengthOf(bytes)
    if (offset > this.size || length > this.size - offset) throw beyond(this, 'write', offset, length)
    if (length === 0) return
    try {
      this.#backing.write(offset, bytes)
    } finally {
      this.#settle()
    }
    this.#telemetry.wrote(length)
  }

  async flush(offset: number = 0, length?: number): Promise<void> {
    const [at, count] = this.#range('flush', offset, length)
    if (this.access !== 'rw') return
    const { clock } = this.#identity
    const began = clock.now()
    const span = this.#telemetry.begin(SPAN_MMAP_FLUSH)
    try {
      await this.#backing.flush(at, count)
      this.#telemetry.end(span)
    } catch (error) {
      this.#notice()
      this.#telemetry.failed(span, error)
      throw error
    } finally {
      this.#telemetry.flushed(clock.now() - began)
    }
  }

  advise(advice: Advice, offset: number = 0, length?: number): void {
    const [at, count] = this.#range('advise', offset, length)
    if (!ADVICE.includes(advice)) {
      throw new ConfigError(this.#owner, 'advice', ADVICE.map(known => `'${known}'`).join(' | '), advice)
    }
    if (count > 0) this.#backing.advise(advice, at, count)
  }

  async prefetch(offset: number = 0, length?: number): Promise<void> {
    const [at, count] = this.#range('prefetch', offset, length)
    if (count === 0) return
    try {
      await this.#backing.prefetch(at, count)
    } catch (error) {
      this.#notice()
      throw error
    }
  }

  residency(offset: number = 0, length?: number): number {
    const [at, count] = this.#range('residency', offset, length)
    return this.#backing.residency(at, count)
  }

  async resize(size: number): Promise<void> {
    this.#open()
    if (this.access !== 'rw') throw this.#readOnly('resize', "'rw'")
    if (!isPlace(size)) {
      const message = `: resize's size must be an integer >= 0, got ${describeValue(size)}`
      throw mmapError('ERR_MMAP_RANGE', this, message, { length: size })
    }
    this.#busy('resize')
    const backing = this.#backing
    const before = backing.size
    backing.resize(size)
    this.#telemetry.resized(backing.backend, backing.size - before)
  }

  lease(offset: number, length: number): View {
    this.#open()
    checkRange(this, 'lease', offset, length)
    return lendView(this, this.#backing, this.#identity, [offset, length])
  }

  handle(): MappingHandle<never> {
    this.#open()
    const { name, access } = this
    return { leasehold: 'mmap', token: this.#backing.token(), name, access } as MappingHandle<never>
  }

  close(): Promise<void> {
    if (this.#closing !== undefined) return this.#closing
    try {
      if (!this.isClosed) this.#busy('close')
    } catch (error) {
      return Promise.reject(error)
    }
    return (this.#closing = this.#lease.release())
  }

  [Symbol.asyncDispose](): Promise<void> {
    return this.close()
  }

  get #owner(): string {
    return `mapping "${this.name}"`
  }

  /** @throws MmapError where nothing can be done with it any more */
  #open(): void {
    if (this.#backing.isClosed) throw closedError(this)
    this.#settle()
  }

  #writable(what: string): void {
    this.#open()
    if (this.access === 'ro') throw this.#readOnly(what, "'rw' or 'cow'")
  }

  #range(what: string, offset: number, length: number | undefined): [number, number] {
    this.#open()
    checkPlace(this, `${what}'s offset`, offset)
    const count = length ?? Math.max(0, this.size - offset)
    checkRange(this, what, offset, count)
    return [offset, count]
  }

  #busy(what: string): void {
    const { views } = this.#backing
    if (views === 0) return
    const held = views === 1 ? '1 view is held; release it' : `${views} views are held; release them`
    throw mmapError('ERR_MMAP_BUSY', this, `: ${held} before ${what}`)
  }

  #readOnly(what: string, needed: string): Error {
    return mmapError(
      'ERR_MMAP_READ_ONLY',
      this,
      ` was opened with access '${this.access}'; ${what} needs ${needed}`,
    )
  }

  #tooLarge(one: string, all: string, length: number, limit: number): Error {
    const message = `: ${one} of ${length} bytes is longer than ${all} can be (${limit})`
    return mmapError('ERR_MMAP_TOO_LARGE', this, message, { length })
  }

  /** Memory of the engine's own: its failure is an exception, while a native one would end the process. */
  #allocate(length: number): Uint8Array<ArrayBuffer> {
    try {
      return new Bytes(length)
    } catch (error) {
      throw mmapError('ERR_MMAP_TOO_LARGE', this, `: there is no memory for ${length} bytes`, {
        length,
        cause: error,
      })
    }
  }

  #refuseText(length: number): never {
    const limit = constants.MAX_STRING_LENGTH
    const message = `: the text of ${length} bytes is longer than strings can be (${limit}), or than there is memory for`
    throw mmapError('ERR_MMAP_TOO_LARGE', this, message, { length })
  }

  /** Counts a fault, once. */
  #notice(): void {
    const fault = this.#backing.fault()
    if (fault === undefined || this.#isFaulty) return
    this.#isFaulty = true
    this.#telemetry.faulted(fault)
  }

  /** After each look at the memory, and before the next: what was seen may be nothing. */
  #settle(): void {
    const fault = this.#backing.fault()
    if (fault === undefined) return
    this.#notice()
    throw faultError(this, fault)
  }

  /** For the numbers, which are in a class of their own. */
  static readonly internals: {
    open(of: MappingBlocks): void
    writable(of: MappingBlocks, what: string): void
    settle(of: MappingBlocks): void
  } = Object.freeze({
    open: (of: MappingBlocks) => of.#open(),
    writable: (of: MappingBlocks, what: string) => of.#writable(what),
    settle: (of: MappingBlocks) => of.#settle(),
  })
}
