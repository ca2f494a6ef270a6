import { constants } from 'node:os'
import type { Access } from './mapping.ts'

/** As the binding numbers them. */
export const ACCESSES: readonly Access[] = ['ro', 'rw', 'cow']

/** The binding's answers for what it did not do; `native/src/refusal.rs` of memmap-napi has them all. */
export const NOT_REGULAR = -10_001
export const RANGE = -10_002
export const TOO_MANY = -10_003
export const UNGUARDABLE = -10_004
export const BUSY = -10_005
export const CLOSED = -10_006
export const TRUNCATED = -10_007
export const TOO_LARGE = -10_008
export const UNSIZED = -10_009
export const NO_SPACE = -10_010

/** From here on: the system's error of mapping alone, of a file that could be opened. */
const UNMAPPABLE = -20_000

/** The system's error number, if only the mapping of an open file failed. */
export function unmappable(answer: number): number | undefined {
  return answer <= UNMAPPABLE ? UNMAPPABLE - answer : undefined
}

/** A system's error as Node gives it: with `code`, `errno` and `syscall`. */
export function systemError(answer: number, syscall: string, path?: string): NodeJS.ErrnoException {
  const errno = unmappable(answer) ?? -answer
  const code = Object.entries(constants.errno).find(([, number]) => number === errno)?.[0] ?? `errno ${errno}`
  const at = path === undefined ? '' : ` '${path}'`
  return Object.assign(new Error(`${code}, ${syscall}${at}`), { code, errno: -errno, syscall, path })
}
