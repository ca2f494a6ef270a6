// From a tool's exit code to a gate's result.

/** @param {{ code: number, output: string }} run @returns {import('../check.mjs').GateResult} */
export function outcomeOf({ code, output }) {
  return code === 0 ? { outcome: 'passed' } : { outcome: 'failed', detail: output }
}

/** @param {string[]} problems @returns {import('../check.mjs').GateResult} */
export function outcomeOfProblems(problems) {
  return problems.length === 0 ? { outcome: 'passed' } : { outcome: 'failed', detail: problems.join('\n') }
}
