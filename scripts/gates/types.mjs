// The build has already checked what is published; this checks tests, benchmarks and scripts.
import { existsSync } from 'node:fs'
import { join } from 'node:path'
import { captureNode, tool } from '../command.mjs'
import { root, workspaces } from '../workspace.mjs'
import { outcomeOfProblems } from './outcome.mjs'

/** @type {import('../check.mjs').Gate} */
export async function checkTypes() {
  const problems = []
  for (const project of projects()) {
    const { code, output } = await captureNode([tool('typescript', 'tsc'), '-p', project])
    const hasNoFilesYet = output.includes('TS18003')
    if (code !== 0 && !hasNoFilesYet) problems.push(output)
  }
  return outcomeOfProblems(problems)
}

function projects() {
  const folders = workspaces().flatMap(({ path, isPublic }) => [
    join(path, 'test'),
    ...(isPublic ? [] : [path]),
  ])
  return [...folders, join(root, 'scripts')].filter(folder => existsSync(join(folder, 'tsconfig.json')))
}
