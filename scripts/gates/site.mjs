import { join } from 'node:path'
import { captureNode } from '../command.mjs'
import { root } from '../workspace.mjs'
import { outcomeOf } from './outcome.mjs'

/** The pages and the packages' API as a web site: a warning, a link that leads nowhere, fails it. @type {import('../check.mjs').Gate} */
export async function checkSite() {
  const cwd = join(root, 'site')
  return outcomeOf(await captureNode([join(cwd, 'node_modules/typedoc/bin/typedoc')], { cwd }))
}
