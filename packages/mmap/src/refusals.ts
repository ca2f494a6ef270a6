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

/** A system's error as Node gives it: with `code`, `errno` and `syscall`. */
export function systemError(answer: number, syscall: string, path?: string): NodeJS.ErrnoException {
  const errno = -answer
  const code = Object.entries(constants.errno).find(([, number]) => number === errno)?.[0] ?? `errno ${errno}`
  const at = path === undefined ? '' : ` '${path}'`
  return Object.assign(new Error(`${code}, ${syscall}${at}`), { code, errno: answer, syscall, path })
}
