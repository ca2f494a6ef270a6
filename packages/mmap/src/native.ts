import { isMainThread } from 'node:worker_threads'
import { loadBinding, type Binding } from 'memmap-napi'
import { RawView } from './primordials.ts'

/** The native functions, and what all mappings of a thread share. */
export interface Native {
  readonly binding: Binding
  /** One byte a slot; not 0 once something that is gone was looked at. */
  readonly flags: RawView
  /** Where the binding tells number, size, slot and access. */
  readonly out: Float64Array
}

/** Why nothing is mapped here at all. */
export interface Unavailable {
  readonly reason: 'no_binary' | 'no_external_buffers'
  readonly text: string
}

let found: Native | Unavailable | undefined

/** The native functions, or why there are none. Loaded on first use. */
export function native(): Native | Unavailable {
  return (found ??= find())
}

export function isAvailable(native: Native | Unavailable): native is Native {
  return 'binding' in native
}

function find(): Native | Unavailable {
  const { binding, reason } = loadBinding()
  if (binding === undefined) return { reason: 'no_binary', text: reason }
  const flags = binding.flags()
  if (flags === null) {
    const text = 'this JavaScript engine allows no memory but its own'
    return { reason: 'no_external_buffers', text }
  }
  keepGuard(binding)
  return { binding, flags: new RawView(flags, 0, flags.byteLength), out: new Float64Array(4) }
}

/**
 * Node installs a handler of its own with the first listener for a signal, and the system's with the end of the last: in
 * the place of the guard's either way, and a truncated file would then hang the process, or end it. Node's own listeners of
 * these events come first, so that the guard's handler is the last one installed.
 */
function keepGuard(binding: Binding): void {
  if (!isMainThread) return
  const reinstall = (event: string | symbol): void => {
    if (event === 'SIGBUS') binding.reinstallGuard()
  }
  process.on('newListener', reinstall)
  process.on('removeListener', reinstall)
}
