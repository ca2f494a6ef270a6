/**
 * Renders docs/errors.md from the tables of error codes and of other clients' errors.
 *
 *     npx tsx packages/core/scripts/generate-errors.ts            write it
 *     npx tsx packages/core/scripts/generate-errors.ts --check    exit with 1 if it differs
 */
import { fileURLToPath } from 'node:url'
import { CLIENT_ERRORS } from './client-errors.ts'
import type { ClientErrors } from './client-errors.ts'
import { ERROR_CODES } from '../src/error-codes.ts'
import type { ErrorArea, ErrorCodeEntry } from '../src/error-codes.ts'
import { checkFiles, writeFiles } from './generated-files.ts'
import { markdownTable } from './markdown-table.ts'

const AREA_TITLES: Readonly<Record<ErrorArea, string>> = {
  options: 'Options',
  lease: 'Leases',
  cleanup: 'Cleanups',
  scope: 'Scopes',
  pool: 'Pools',
  cache: 'Caches',
  mmap: 'Mapped files',
  telemetry: 'Telemetry',
}

const INTRODUCTION = `<!-- Generated from packages/core/src/error-codes.ts and packages/core/scripts/client-errors.ts by \`npx tsx packages/core/scripts/generate-errors.ts\`. Do not edit. -->

# Errors

Every error of Leasehold's packages has a stable \`code\`; messages may be reworded at any time. Tell ours by
\`isLeaseholdError\`, not by \`instanceof\`: two installed copies of a package have a class each.

\`\`\`ts
import { isLeaseholdError } from '@leasehold/core'

try {
  await lease.release()
} catch (error) {
  if (!isLeaseholdError(error) || error.code !== 'ERR_CLEANUP_TIMEOUT') throw error
  console.warn(error.message)
}
\`\`\`

Besides the fields below each has \`name\`, \`message\`, \`stack\`, \`code\` and, where something else was the reason,
\`cause\`. A call that was aborted by its own signal rejects with \`signal.reason\`, as the platform's do. In telemetry
\`error.type\` is the code, or for a cleanup that failed the name of its cause.
`

const CLIENTS = `## Errors of clients

What an error of a pooled client says about its loan. **keep**: the client is as good as before, let \`release\` give it
back. **destroy**: its connection is gone, or in a state that nobody knows: \`lease.destroy()\`, or the rule shown as
\`destroyOnError\` of \`pool.use\`. **none**: \`create\` has failed, and its caller gets that very error. Where a retry
is right it takes a new \`acquire\`.
`

/** Path from the root of the repository -> content. */
export function generateErrorFiles(): Map<string, string> {
  const entries = Object.entries(ERROR_CODES)
  const areas = Object.entries(AREA_TITLES).map(([area, title]) => {
    const own = entries.filter(([, entry]) => entry.area === area)
    return `## ${title}\n\n${own.map(([code, entry]) => renderCode(code, entry)).join('\n')}`
  })
  const clients = Object.values(CLIENT_ERRORS).map(renderClient)
  const overview = markdownTable(
    ['Code', 'Class', 'Thrown by'],
    entries.map(([code, entry]) => [
      `[\`${code}\`](#${code.toLowerCase()})`,
      `\`${entry.className}\``,
      entry.thrownBy,
    ]),
  )
  return new Map([['docs/errors.md', [INTRODUCTION, overview, ...areas, CLIENTS, ...clients].join('\n')]])
}

function renderCode(code: string, entry: ErrorCodeEntry): string {
  const fields = entry.fields.map(field => [`\`${field.name}\``, `\`${field.type}\``, field.description])
  const { example, cause } = entry
  return [
    `### \`${code}\`\n\nA \`${entry.className}\`. ${entry.when}\n`,
    `**What to do:** ${entry.remedy}\n`,
    ...(example === undefined ? [] : [`For example:\n\n\`\`\`text\n${example}\n\`\`\`\n`]),
    ...(cause === undefined ? [] : [`\`cause\`: ${cause}.\n`]),
    ...(fields.length === 0 ? [] : [markdownTable(['Field', 'Type', 'What it says'], fields)]),
  ].join('\n')
}

function renderClient({ title, about, rule, errors }: ClientErrors): string {
  const rows = errors.map(({ error, when, loan, retry }) => [error, when, `**${loan}**`, retry])
  const table = markdownTable(['Error', 'When', 'Loan', 'Retry'], rows)
  return `### ${title}\n\n${about}\n\n\`\`\`ts\nconst destroyOnError = ${rule}\n\`\`\`\n\n${table}`
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  const files = generateErrorFiles()
  if (process.argv.includes('--check')) process.exitCode = checkFiles(files)
  else writeFiles(files)
}
