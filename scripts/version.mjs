// npm's `version` step, which lerna calls once it has raised the versions: the sources say them too, and what is
// published is built of those. What a changelog says by hand under "Unreleased" becomes part of the release.
import { execFileSync } from 'node:child_process'
import { existsSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { tool } from './command.mjs'
import { readJson, root, workspaces } from './workspace.mjs'

const written = []
for (const { path, isPublic } of workspaces()) {
  if (isPublic) {
    const changelog = join(path, 'CHANGELOG.md')
    const text = readFileSync(changelog, 'utf8')
    writeFileSync(changelog, text.replace(/^# Changelog\n\n## Unreleased\n/m, '### Notes\n'))
    written.push(changelog)
  }
  const file = join(path, 'src/version.ts')
  if (!existsSync(file)) continue
  const { version } = readJson(join(path, 'package.json'))
  writeFileSync(file, readFileSync(file, 'utf8').replace(/'[^']*'$/m, `'${version}'`))
  written.push(file)
}
execFileSync(process.execPath, [tool('typescript', 'tsc'), '--build'], { cwd: root, stdio: 'inherit' })
execFileSync('git', ['add', ...written], { cwd: root, stdio: 'inherit' })
