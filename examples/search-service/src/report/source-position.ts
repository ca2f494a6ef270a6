import { readFileSync } from 'node:fs'
import { SourceMap } from 'node:module'
import type { SourceMapPayload } from 'node:module'
import { relative, sep } from 'node:path'
import { fileURLToPath, pathToFileURL } from 'node:url'

const FRAME = /^at (async )?(?:(.+) \()?((?:file:\/\/)?[^()]+?):(\d+):(\d+)\)?$/

/**
 * A stack frame with the place in the TypeScript source that it came from, the path relative to where the program was
 * started. Source maps are read for the report alone: switched on for the whole process, they slow down every stack.
 */
export function readableFrame(frame: string): string {
  const [, isAsync = '', caller, location, line, column] = FRAME.exec(frame) ?? []
  if (location === undefined) return frame
  const built = location.startsWith('file://') ? fileURLToPath(location) : location
  const { path, place } = originalPosition(built, Number(line), Number(column))
  const from = relative(process.cwd(), path)
  const shown = from.startsWith(`..${sep}..`) ? path : from
  const where = `${shown.split(sep).join('/')}:${place}`
  return caller === undefined ? `at ${isAsync}${where}` : `at ${isAsync}${caller} (${where})`
}

function originalPosition(built: string, line: number, column: number): { path: string; place: string } {
  const unmapped = { path: built, place: `${line}:${column}` }
  if (!built.endsWith('.js')) return unmapped
  try {
    const map = new SourceMap(JSON.parse(readFileSync(`${built}.map`, 'utf8')) as SourceMapPayload)
    const origin = map.findOrigin(line, column)
    if (!('fileName' in origin)) return unmapped
    const url = new URL(origin.fileName, pathToFileURL(built))
    return { path: fileURLToPath(url), place: `${origin.lineNumber}:${origin.columnNumber}` }
  } catch {
    return unmapped
  }
}
