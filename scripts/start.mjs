// npm start: runs the example, which indexes and searches real files with every resource leased.
import { existsSync } from 'node:fs'
import { join } from 'node:path'
import { pathToFileURL } from 'node:url'
import { ready } from './ready.mjs'
import { root } from './workspace.mjs'

await ready()

const main = join(root, 'examples/search-service/dist/main.js')
if (!existsSync(main)) {
  console.error('examples/search-service has no built main.js; try "npm run clean" and start again')
  process.exit(1)
}
// npm runs scripts in the root; a relative folder is meant from where it was typed.
process.chdir(process.env['INIT_CWD'] ?? '.')
// In this very process rather than a child: exit codes and signals are then the program's own.
process.argv[1] = main
await import(pathToFileURL(main).href)
