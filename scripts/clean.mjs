// npm run clean: removes what was built or measured. Installed dependencies stay.
import { rmSync } from 'node:fs'
import { join } from 'node:path'
import { root, workspaces } from './workspace.mjs'

const made = [root, ...workspaces().map(workspace => workspace.path)].flatMap(folder =>
  ['dist', 'coverage', '.cache'].map(name => join(folder, name)),
)
for (const folder of made) rmSync(folder, { recursive: true, force: true })
