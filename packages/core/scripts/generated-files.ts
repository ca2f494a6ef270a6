/** What the generators share: write files, or say which of them are not what would be written. */
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'

const ROOT = fileURLToPath(new URL('../../../', import.meta.url))

/** @param files path from the root of the repository -> content */
export function writeFiles(files: ReadonlyMap<string, string>): void {
  for (const [path, content] of files) {
    if (contentOf(path) === content) continue
    mkdirSync(dirname(join(ROOT, path)), { recursive: true })
    writeFileSync(join(ROOT, path), content)
    console.log(`wrote ${path}`)
  }
}

/** Prints each file that differs. The exit code: 1 if there is one. */
export function checkFiles(files: ReadonlyMap<string, string>): 0 | 1 {
  const differing = differingFiles(files)
  for (const path of differing) console.error(`${path} differs from what is generated`)
  return differing.length > 0 ? 1 : 0
}

export function differingFiles(files: ReadonlyMap<string, string>): string[] {
  return [...files].filter(([path, content]) => contentOf(path) !== content).map(([path]) => path)
}

function contentOf(path: string): string | undefined {
  try {
    // A checkout on Windows may have turned the line ends.
    return readFileSync(join(ROOT, path), 'utf8').replace(/\r\n/g, '\n')
  } catch {
    return undefined
  }
}
