import { join } from 'node:path'
import { captureNode } from '../command.mjs'
import { root } from '../workspace.mjs'
import { outcomeOf } from './outcome.mjs'

/** @type {import('../check.mjs').Gate} */
export async function checkDocs({ update }) {
  return outcomeOf(await captureNode([join(root, 'scripts/docs.mjs'), ...(update ? [] : ['--check'])]))
}
