/**
 * A cache whose limits hold at every instant, whose values are lent and disposed of with exact accounting, and whose
 * evictions are seen.
 *
 * ```ts
 * import { createCache } from '@leasehold/cache'
 *
 * const pages = createCache<string, string>({
 *   name: 'pages',
 *   maxBytes: 64 * 1024 * 1024,
 *   ttlMillis: 60_000,
 *   load: async (url, signal) => (await fetch(url, { signal })).text(),
 * })
 * const page = await pages.fetch('https://example.org/') // loaded once, however many ask
 * console.log(page.length, pages.stats().hitRate)
 * await pages.close()
 * ```
 */
export { Cache, createCache } from './cache.ts'
export type { CacheCloseReport } from './cache-close.ts'
export { CacheError } from './cache-error.ts'
export type { CacheErrorCode } from './cache-error.ts'
export { CacheLease } from './cache-lease.ts'
export type { CacheOptions } from './cache-options.ts'
export type { CacheStats } from './cache-stats.ts'
export type {
  CacheCloseOptions,
  FetchOptions,
  ResizeOptions,
  SetOptions,
  TrimOptions,
} from './call-options.ts'
export type { RemovalReason } from './removal-reason.ts'
