/**
 * The native half of `@leasehold/mmap`, for that package: programs use `mapFile` of `@leasehold/mmap`, which checks every
 * access and never lets memory out that is not its own. What is here hands out memory as it is.
 *
 * ```ts
 * import { loadBinding } from 'memmap-napi'
 *
 * const { binding, reason } = loadBinding()
 * console.log(binding === undefined ? reason : 'native mappings are available')
 * ```
 */
export type { Binding } from './binding.ts'
export { loadBinding } from './load.ts'
export type { LoadedBinding } from './load.ts'
