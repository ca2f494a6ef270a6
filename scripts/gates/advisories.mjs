// Known vulnerabilities in what is shipped. Not every registry has the advisory service: then the gate is
// skipped and says so, rather than passing.
import { captureNode, npm } from '../command.mjs'

/** @type {import('../check.mjs').Gate} */
export async function checkAdvisories() {
  const { code, stdout, output } = await captureNode([npm(), 'audit', '--omit=dev', '--json'])
  const report = parse(stdout)
  if (report?.auditReportVersion === undefined) {
    const answer = report?.error?.summary || report?.message || output.trim().split('\n').at(-1)
    const reason = String(answer).replace(/ - .*/s, '')
    return { outcome: 'skipped', detail: `the registry's advisory service did not answer: ${reason}` }
  }
  if (code === 0) return { outcome: 'passed' }
  const found = Object.entries(report.vulnerabilities).map(([name, { severity }]) => `${name}: ${severity}`)
  return { outcome: 'failed', detail: `${found.join('\n')}\nSee "npm audit --omit=dev"` }
}

/** @param {string} text @returns {any} */
function parse(text) {
  try {
    return JSON.parse(text)
  } catch {
    return undefined
  }
}
