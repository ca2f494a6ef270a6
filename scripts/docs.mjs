// npm run docs [-- --check]: writes what is generated from the sources and committed. With --check nothing
// is written; it fails where a file differs from what would be.
import { existsSync } from 'node:fs'
import { join } from 'node:path'
import { runNode } from './command.mjs'
import { requireKnown } from './known-names.mjs'
import { ready } from './ready.mjs'
import { root } from './workspace.mjs'

/** Programs that write without arguments, and compare with --check. */
const generators = ['packages/core/telemetry/generate.ts', 'packages/core/scripts/generate-errors.ts']

const args = process.argv.slice(2)
requireKnown('option', args, ['--check'])
await ready()
for (const program of generators.filter(file => existsSync(join(root, file)))) {
  const code = await runNode(['--conditions=leasehold-source', '--import=tsx', program, ...args])
  if (code === 0) continue
  console.error(args.length > 0 ? 'Run "npm run docs" and commit what changed' : `${program} failed`)
  process.exitCode = 1
}
