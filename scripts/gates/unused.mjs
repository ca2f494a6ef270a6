import { captureNode, tool } from '../command.mjs'
import { outcomeOf } from './outcome.mjs'

/** @type {import('../check.mjs').Gate} */
export async function checkUnused() {
  return outcomeOf(await captureNode([tool('knip'), '--no-progress', '--no-config-hints']))
}
