import { describeError, LeaseholdError, type ErrorCode } from '@leasehold/core'

export type MmapErrorCode = Extract<ErrorCode, `ERR_MMAP_${string}`>

/** What the errors of a mapping tell besides their code. */
export interface MmapErrorFields {
  /** The mapping's name. */
  readonly mapping: string
  readonly path?: string | undefined
  /** As it came. */
  readonly offset?: unknown
  /** As it came. */
  readonly length?: unknown
  readonly size?: number | undefined
  readonly cause?: unknown
}

/** Any error of a mapping's own; `docs/errors.md` lists the codes. */
export class MmapError extends LeaseholdError {
  declare readonly mapping: string
  declare readonly path?: string | undefined
  declare readonly offset?: unknown
  declare readonly length?: unknown
  declare readonly size?: number | undefined

  constructor(code: MmapErrorCode, message: string, fields: MmapErrorFields) {
    super(code, message, { ...fields })
  }
}
// On the prototype, as the platform's own errors have it.
Object.defineProperty(MmapError.prototype, 'name', { value: 'MmapError', configurable: true, writable: true })

/** Whose errors these are. */
export interface Subject {
  readonly name: string
  readonly path: string | undefined
  readonly size?: number | undefined
}

/** @param what completes `mapping "data.bin"`: ` is closed` */
export function mmapError(
  code: MmapErrorCode,
  subject: Subject,
  what: string,
  more: Partial<MmapErrorFields> = {},
): MmapError {
  const { name, path, size } = subject
  return new MmapError(code, `mapping "${name}"${what}`, { mapping: name, path, size, ...more })
}

export function closedError(subject: Subject): MmapError {
  return mmapError('ERR_MMAP_CLOSED', subject, ' is closed')
}

/** Why a mapping can be used no more. */
export type Fault = 'truncated' | 'no_space'

export function faultError(subject: Subject, fault: Fault, because: { cause?: unknown } = {}): MmapError {
  return fault === 'truncated'
    ? mmapError(
        'ERR_MMAP_TRUNCATED',
        subject,
        ': its file was truncated; close it and map the file anew',
        because,
      )
    : mmapError(
        'ERR_MMAP_NO_SPACE',
        subject,
        ': no space left for a page that was written, or its file was cut and has grown again',
        because,
      )
}

/** @param did what could not be done with the file: `opened` */
export function openError(subject: Subject, did: string, cause: unknown): MmapError {
  const message = (cause as { message?: unknown } | null)?.message
  const why = typeof message === 'string' ? message : describeError(cause)
  const what = `: ${subject.path ?? 'its file'} cannot be ${did}: ${why}`
  return mmapError('ERR_MMAP_OPEN', subject, what, { cause })
}
