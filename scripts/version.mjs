// npm's `version` step, which lerna calls once it has raised the versions: the sources say them too, and what is
// published is built of those.
import { execFileSync } from 'node:child_process'
import { existsSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { tool } from './command.mjs'
import { readJson, root, workspaces } from './workspace.mjs'

const written = []
for (const { path } of workspaces()) {
  const file = join(path, 'src/version.ts')
  if (!existsSync(file)) continue
  const { version } = readJson(join(path, 'package.json'))
  writeFileSync(file, readFileSync(file, 'utf8').replace(/'[^']*'$/m, `'${version}'`))
  written.push(file)
}
execFileSync(process.execPath, [tool('typescript', 'tsc'), '--build'], { cwd: root, stdio: 'inherit' })
execFileSync('git', ['add', ...written], { cwd: root, stdio: 'inherit' })
