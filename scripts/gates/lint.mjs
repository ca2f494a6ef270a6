import { captureNode, tool } from '../command.mjs'
import { outcomeOf } from './outcome.mjs'

/** @type {import('../check.mjs').Gate} */
export async function checkLint() {
  return outcomeOf(await captureNode([tool('oxlint'), '--type-aware', '--deny-warnings']))
}
