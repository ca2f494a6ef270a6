import { isUtf8 } from 'node:buffer'
import { readdir, realpath, stat } from 'node:fs/promises'
import { basename, extname, join, relative, sep } from 'node:path'
import { codeOf, Failure, reasonOf } from '../failure.ts'

const TEXT_EXTENSIONS: ReadonlySet<string> = new Set(
  (
    '.js .mjs .cjs .jsx .ts .mts .cts .tsx .json .md .mdx .markdown .txt .text .rst .adoc .yml .yaml .toml .ini ' +
    '.cfg .conf .xml .html .htm .css .scss .less .svg .csv .tsv .sql .sh .ps1 .py .rb .rs .go .java .kt .scala ' +
    '.c .h .cc .cpp .hpp .cs .swift .php .pl .lua .r .tex .log .proto .graphql .vue .svelte'
  ).split(' '),
)
const TEXT_NAMES =
  /^(readme|license|licence|notice|changelog|changes|authors|contributing|makefile|dockerfile)$/i

/** A bound for folders like "/": the walk of a whole disk would take minutes for an index of a few megabytes. */
const MAX_LISTED_FILES = 100_000

/** What a walk found; paths are relative to `root`, in a fixed order, with forward slashes on every platform. */
export interface Walk {
  readonly root: string
  readonly files: readonly string[]
  readonly skipped: {
    notText: number
    links: number
    special: number
    notUtf8: number
    unreadable: number
    notReached: number
  }
}

/**
 * Lists a folder's text files by name. Symbolic links are counted, not followed: a loop of them cannot trap the walk and
 * no file is met twice. Hidden folders, and `node_modules` below a folder that is not itself inside one, are left out. So
 * is, counted, what has a name that is not UTF-8: neither the database nor an address can hold it.
 */
export async function walkFolder(
  folder: string,
  signal: AbortSignal,
  maxFiles: number = MAX_LISTED_FILES,
): Promise<Walk> {
  const root = await resolveFolder(folder)
  const enterDependencies = root.split(sep).includes('node_modules')
  const files: string[] = []
  const skipped = { notText: 0, links: 0, special: 0, notUtf8: 0, unreadable: 0, notReached: 0 }
  const pending = [root]
  for (let dir = pending.pop(); dir !== undefined; dir = pending.pop()) {
    signal.throwIfAborted()
    if (files.length >= maxFiles) {
      skipped.notReached++
      continue
    }
    const entries = await readdir(dir, { withFileTypes: true, encoding: 'buffer' }).catch(
      (error: unknown) => {
        if (dir === root) throw unreadableFolder(folder, error)
        skipped.unreadable++
        return []
      },
    )
    entries.sort((a, b) => Buffer.compare(a.name, b.name))
    for (const entry of entries) {
      const name = entry.name.toString()
      const path = join(dir, name)
      if (!isUtf8(entry.name)) skipped.notUtf8++
      else if (entry.isSymbolicLink()) skipped.links++
      else if (entry.isDirectory()) {
        if (name.startsWith('.') || (name === 'node_modules' && !enterDependencies)) continue
        pending.push(path)
      } else if (!entry.isFile()) skipped.special++
      else if (isTextName(name)) files.push(relative(root, path).split(sep).join('/'))
      else skipped.notText++
    }
  }
  return { root, files: files.sort(), skipped }
}

export function isTextName(name: string): boolean {
  return TEXT_EXTENSIONS.has(extname(name).toLowerCase()) || TEXT_NAMES.test(basename(name))
}

async function resolveFolder(folder: string): Promise<string> {
  try {
    const root = await realpath(folder)
    if ((await stat(root)).isDirectory()) return root
  } catch (error) {
    throw unreadableFolder(folder, error)
  }
  throw new Failure(`"${folder}" is not a folder. Give a folder that holds text files.`)
}

function unreadableFolder(folder: string, error: unknown): Failure {
  switch (codeOf(error)) {
    case 'ENOENT':
      return new Failure(`The folder "${folder}" does not exist. Give a folder that holds text files.`)
    case 'ENOTDIR':
      return new Failure(`"${folder}" leads through something that is not a folder.`)
    case 'EACCES':
    case 'EPERM':
      return new Failure(
        `No permission to read the folder "${folder}". Choose another or change its permissions.`,
      )
    case 'ELOOP':
      return new Failure(`"${folder}" is a loop of symbolic links.`)
    default:
      return new Failure(`The folder "${folder}" cannot be read: ${reasonOf(error)}.`)
  }
}
