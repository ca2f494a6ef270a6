/** A frame's file: of `at load (/app/load.js:3:4)`, `at file:///app/load.js:3:4`. What begins with `node:` is no path. */
const FILE =
  /(?<=\(|\bat |\bat async )(?:file:\/\/)?(?:\/|[A-Za-z]:[\\/])[^\n]*?(?=:\d+(?::\d+)?(?:[),]|$))/gm

/**
 * A stack as telemetry shows it: the program's own files from where it was started, those of dependencies from
 * `node_modules` on, and of all others the name alone. The folders above tell of machines and people, and are read by many.
 *
 * @param folder where it was started. Default: the current one
 */
export function shownStack(stack: string, folder: string = process.cwd()): string {
  const own = plain(folder).replace(/\/?$/, '/')
  return stack.replace(FILE, path => short(path, own))
}

function short(path: string, own: string): string {
  const whole = plain(path)
  if (own.length > 1 && whole.startsWith(own)) return whole.slice(own.length)
  const parts = whole.split('/')
  const dependency = parts.lastIndexOf('node_modules')
  return dependency < 0 ? `…/${parts.at(-1)}` : parts.slice(dependency).join('/')
}

/** With forward slashes and without a scheme: Windows and URLs have it otherwise. */
function plain(path: string): string {
  if (!path.startsWith('file://')) return path.replaceAll('\\', '/')
  return decoded(path.slice('file://'.length)).replace(/^\/(?=[A-Za-z]:)/, '')
}

function decoded(path: string): string {
  try {
    return decodeURIComponent(path)
  } catch {
    return path
  }
}
