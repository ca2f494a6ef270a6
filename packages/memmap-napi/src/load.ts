import { createRequire } from 'node:module'
import type { Binding } from './binding.ts'
import { binaryNames } from './platform.ts'

/** Either the binding, or why there is none. */
export type LoadedBinding =
  | { readonly binding: Binding; readonly reason: undefined }
  | { readonly binding: undefined; readonly reason: string }

const require = createRequire(import.meta.url)
let loaded: LoadedBinding | undefined

/** The native functions, or why there are none here: no binary for the platform, or one that does not load. Never throws. */
export function loadBinding(): LoadedBinding {
  return (loaded ??= load(binaryNames(process.platform, process.arch), require))
}

/**
 * A binary built here, beside the sources, goes before the platform's package.
 *
 * @param load `require`, or what tests put in its place
 */
export function load(names: readonly string[], load: (id: string) => unknown): LoadedBinding {
  const failures: string[] = []
  for (const name of names) {
    for (const id of [`../memmap-napi.${name}.node`, `memmap-napi-${name}`]) {
      try {
        const binding = load(id) as Binding
        binding.begin()
        return { binding, reason: undefined }
      } catch (error) {
        if (!isMissing(error)) failures.push(`${id}: ${messageOf(error)}`)
      }
    }
  }
  const platform = `${process.platform} ${process.arch}`
  const reason =
    failures.length > 0
      ? `the native binary for ${platform} does not load: ${failures.join('; ')}`
      : `there is no native binary for ${platform}`
  return { binding: undefined, reason }
}

function isMissing(error: unknown): boolean {
  return (error as { code?: unknown } | null)?.code === 'MODULE_NOT_FOUND'
}

function messageOf(error: unknown): string {
  return String((error as { message?: unknown } | null)?.message ?? error).split('\n')[0]!
}
