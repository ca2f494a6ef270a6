// What would be published: its contents, and seen through publint and "are the types wrong". ESM only: CommonJS callers
// require() it, which Node does from 20.19 on, so attw's CommonJS columns do not count.
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { captureNode, tool } from '../command.mjs'
import { packPublic } from '../tarball.mjs'
import { outcomeOfProblems } from './outcome.mjs'
import { problemsOfContents } from './tarball-contents.mjs'

/** @type {import('../check.mjs').Gate} */
export async function checkTarballs() {
  const folder = mkdtempSync(join(tmpdir(), 'leasehold-tarballs-'))
  try {
    const problems = []
    for (const packed of await packPublic(folder)) {
      const { file } = packed
      problems.push(...problemsOfContents(packed))
      const runs = [
        await captureNode([tool('publint'), 'run', file, '--strict']),
        await captureNode([
          tool('@arethetypeswrong/cli', 'attw'),
          file,
          '--profile',
          'esm-only',
          '--no-emoji',
        ]),
      ]
      problems.push(...runs.filter(run => run.code !== 0).map(run => run.output))
    }
    return outcomeOfProblems(problems)
  } finally {
    rmSync(folder, { recursive: true, force: true })
  }
}
