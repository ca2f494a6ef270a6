// Counts of what passed, failed and was skipped, and the one line that says so.

/** @typedef {{ passed: number, failed: number, skipped: number }} Tally */

/** @returns {Tally} */
export function emptyTally() {
  return { passed: 0, failed: 0, skipped: 0 }
}

/** @param {Tally} sum @param {Tally} more */
export function addTally(sum, more) {
  sum.passed += more.passed
  sum.failed += more.failed
  sum.skipped += more.skipped
}

/** @param {Tally} tally */
export function tallyLine({ passed, failed, skipped }) {
  return `${passed} passed, ${failed} failed, ${skipped} skipped`
}
