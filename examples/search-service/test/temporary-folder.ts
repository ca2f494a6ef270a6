import { mkdirSync, mkdtempSync, realpathSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'

/** A folder of the given files, and how to remove it. Readable by every user: some tests read it as another one. */
export function temporaryFolder(files: Readonly<Record<string, string | Uint8Array>>): {
  path: string
  remove: () => void
} {
  const path = realpathSync(mkdtempSync(join(tmpdir(), 'leasehold-search-')))
  for (const [name, content] of Object.entries(files)) {
    mkdirSync(dirname(join(path, name)), { recursive: true })
    writeFileSync(join(path, name), content)
  }
  return { path, remove: () => rmSync(path, { recursive: true, force: true }) }
}

const WORDS =
  'lease registry cleanup handle socket drain leak trace metric span pool cache map buffer stream'.split(' ')

/** Texts of known size: `count` files, each with words that all share and one that only it has. */
export function sampleTexts(count: number): Record<string, string> {
  return Object.fromEntries(
    Array.from({ length: count }, (_, i) => {
      const words = Array.from({ length: 40 }, (_, j) => WORDS[(i * 7 + j * j) % WORDS.length])
      return [`folder-${i % 4}/text-${i}.md`, `# Text ${i}\n\n${words.join(' ')} unique${i}\n`]
    }),
  )
}
