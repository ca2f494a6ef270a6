import { captureNode, tool } from '../command.mjs'
import { outcomeOf } from './outcome.mjs'

/** @type {import('../check.mjs').Gate} */
export async function checkFormat() {
  return outcomeOf(await captureNode([tool('prettier'), '--check', '--log-level=warn', '.']))
}
