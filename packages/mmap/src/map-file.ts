import { constants } from 'node:os'
import { ConfigError, safeText, warnOnce } from '@leasehold/core'
import type { Backing } from './backing.ts'
import { openFile } from './file-open.ts'
import { MappedFile } from './mapped-file.ts'
import type { Access, MappingHandle, MappingOf } from './mapping.ts'
import { mmapError, openError, type Subject } from './mmap-error.ts'
import {
  attachSettings,
  mapSettings,
  type AttachOptions,
  type MapOptions,
  type MapSettings,
} from './mmap-options.ts'
import { NativeBacking } from './native-backing.ts'
import { isAvailable, native, type Native } from './native.ts'
import { rangeError } from './range-error.ts'
import * as refusals from './refusals.ts'
import { MmapTelemetry } from './telemetry/mmap-telemetry.ts'
import { SPAN_MMAP_MAP, type MmapFallbackReasonValue } from './telemetry/names.generated.ts'

type Opened = ArrayLike<number>

const { EISDIR, ENOMEM, EOVERFLOW } = constants.errno

/**
 * Opens a file and maps it, without keeping the caller waiting.
 *
 * @throws ConfigError (rejects) for an option that is unknown or wrong
 * @throws MmapError (rejects) `ERR_MMAP_OPEN` where the file cannot be opened, `ERR_MMAP_UNSUPPORTED` for what is no
 *   regular file, `ERR_MMAP_RANGE` for an offset or a length beyond its end, `ERR_MMAP_TOO_LARGE`
 */
export async function mapFile<A extends Access = 'ro'>(
  path: string | URL,
  options?: MapOptions<A>,
): Promise<MappingOf<A>> {
  const settings = mapSettings(path, options)
  const telemetry = new MmapTelemetry(settings)
  const span = telemetry.begin(SPAN_MMAP_MAP)
  try {
    const way = wayTo(settings)
    let answer: Opened | undefined
    if (way !== undefined) {
      const { access, offset, length, size } = request(settings)
      answer = await way.binding.openLater(settings.path, access, offset, length, size)
    }
    const mapping = mapped(settings, telemetry, way, answer)
    telemetry.end(span, mapping.backend)
    return mapping as unknown as MappingOf<A>
  } catch (error) {
    telemetry.failed(span, error)
    throw error
  }
}

/** As {@link mapFile}; the caller waits for the device. */
export function mapFileSync<A extends Access = 'ro'>(
  path: string | URL,
  options?: MapOptions<A>,
): MappingOf<A> {
  const settings = mapSettings(path, options)
  const telemetry = new MmapTelemetry(settings)
  const span = telemetry.begin(SPAN_MMAP_MAP)
  try {
    const way = wayTo(settings)
    let answer: Opened | undefined
    if (way !== undefined) {
      const { access, offset, length, size } = request(settings)
      const number = way.binding.open(settings.path, access, offset, length, size, way.out)
      answer = number < 0 ? [number] : way.out
    }
    const mapping = mapped(settings, telemetry, way, answer)
    telemetry.end(span, mapping.backend)
    return mapping as unknown as MappingOf<A>
  } catch (error) {
    telemetry.failed(span, error)
    throw error
  }
}

/**
 * Shares the pages of a mapping that is open in another thread of this process. Its access and size are that mapping's; it
 * outlives the close there.
 *
 * @throws MmapError `ERR_MMAP_HANDLE` for what is no handle, or one whose mapping has been closed
 * @throws ConfigError for an option that is unknown or wrong
 */
export function attachMapping<A extends Access = Access>(
  handle: MappingHandle<A>,
  options?: AttachOptions,
): MappingOf<A> {
  const { token, name } = readHandle(handle)
  const settings = attachSettings(options, name)
  const telemetry = new MmapTelemetry(settings)
  const span = telemetry.begin(SPAN_MMAP_MAP)
  try {
    const way = native()
    const number = isAvailable(way) ? way.binding.attach(token, way.out) : -1
    if (!isAvailable(way) || number < 0) throw badHandle()
    const access = refusals.ACCESSES[way.out[3]!]!
    const subject = { name: settings.name, path: undefined }
    const backing = new NativeBacking(way, way.out, subject)
    const mapping = new MappedFile(backing, { ...settings, access, path: undefined }, telemetry)
    telemetry.end(span, 'mmap')
    return mapping as unknown as MappingOf<A>
  } catch (error) {
    telemetry.failed(span, error)
    throw error
  }
}

function readHandle(handle: unknown): { token: string; name: string } {
  try {
    const { leasehold, token, name } = handle as MappingHandle
    if (leasehold === 'mmap' && typeof token === 'string' && typeof name === 'string' && name !== '') {
      return { token, name: safeText(name) }
    }
  } catch {
    // What cannot be looked at is no handle.
  }
  throw badHandle()
}

function badHandle(): Error {
  const subject = { name: 'attached', path: undefined }
  return mmapError('ERR_MMAP_HANDLE', subject, ': no open mapping of this process has this handle')
}

function request({
  access,
  offset,
  length,
  size,
}: MapSettings): Record<'access' | 'offset' | 'length' | 'size', number> {
  return { access: refusals.ACCESSES.indexOf(access), offset, length: length ?? -1, size: size ?? -1 }
}

/** The native functions; undefined if the file is to be read and written. */
function wayTo(settings: MapSettings): Native | undefined {
  if (settings.fallback === 'always') return undefined
  const way = native()
  return isAvailable(way) ? way : undefined
}

function mapped(
  settings: MapSettings,
  telemetry: MmapTelemetry,
  way: Native | undefined,
  answer: Opened | undefined,
): MappedFile {
  if (way === undefined || answer === undefined) return fallen(settings, telemetry, whyNot(settings))
  if (answer[0]! < 0) {
    const reason = fallbackReason(answer[0]!)
    if (reason === undefined) throw refused(settings, answer[0]!)
    return fallen(settings, telemetry, { reason, text: 'this file cannot be mapped', answer: answer[0]! })
  }
  const backing = new NativeBacking(way, answer, settings)
  const mapping = new MappedFile(backing, settings, telemetry)
  if (settings.advice !== 'normal' && backing.size > 0) advise(backing, settings)
  return mapping
}

/** A hint that was not taken is no reason to fail. */
function advise(backing: Backing, { advice }: MapSettings): void {
  try {
    backing.advise(advice, 0, backing.size)
  } catch (error) {
    warnOnce('mmap:advice', `advice was not taken: ${String((error as Error).message)}`)
  }
}

interface Reason {
  readonly reason: MmapFallbackReasonValue
  readonly text: string
  readonly answer?: number
}

function whyNot(settings: MapSettings): Reason {
  if (settings.fallback === 'always') return { reason: 'requested', text: '' }
  const way = native()
  if (isAvailable(way)) throw new ConfigError('mapFile', 'fallback', 'decided', settings.fallback)
  if (settings.fallback === 'auto')
    warnOnce(`mmap:${way.reason}`, `files are read and written instead of mapped: ${way.text}`)
  return way
}

function fallen(
  settings: MapSettings,
  telemetry: MmapTelemetry,
  { reason, text, answer }: Reason,
): MappedFile {
  if (settings.fallback === 'never') {
    const because =
      answer === undefined || (answer <= -10_001 && refusals.unmappable(answer) === undefined)
        ? {}
        : { cause: refusals.systemError(answer, 'mmap', settings.path) }
    throw mmapError('ERR_MMAP_UNSUPPORTED', settings, `: ${text}, and fallback is 'never'`, because)
  }
  const backing = openFile(settings, reason === 'unmappable')
  telemetry.fellBack(reason)
  return new MappedFile(backing, settings, telemetry)
}

/** undefined: reading and writing would fail just so. */
function fallbackReason(answer: number): MmapFallbackReasonValue | undefined {
  switch (answer) {
    case refusals.UNGUARDABLE:
    case refusals.UNSIZED:
      return 'unmappable'
    case refusals.TOO_MANY:
      return 'limit'
  }
  const errno = refusals.unmappable(answer)
  if (errno === undefined) return undefined
  return errno === ENOMEM || errno === EOVERFLOW ? 'limit' : 'unmappable'
}

function refused(subject: Subject & MapSettings, answer: number): Error {
  const { path, offset, length } = subject
  switch (answer) {
    case refusals.NOT_REGULAR:
    case -EISDIR:
      return mmapError(
        'ERR_MMAP_UNSUPPORTED',
        { name: subject.name, path },
        `: ${path} is not a regular file`,
      )
    case refusals.RANGE:
      return rangeError(subject)
    case refusals.TOO_LARGE:
      return mmapError(
        'ERR_MMAP_TOO_LARGE',
        { name: subject.name, path },
        ': it is larger than the address space',
        {
          offset,
          length,
        },
      )
    default:
      return openError({ name: subject.name, path }, 'opened', refusals.systemError(answer, 'open', path))
  }
}
