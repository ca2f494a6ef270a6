// mocha's spec reporter that also leaves its counts in a file, for the sum over all workspaces. CommonJS,
// since mocha loads reporters with require.
'use strict'
const { writeFileSync } = require('node:fs')
const { reporters } = require('mocha')

class CountingReporter extends reporters.Spec {
  /** @param {any} runner @param {any} options */
  constructor(runner, options) {
    super(runner, options)
    runner.once('end', () => {
      const { passes, failures, pending } = this.stats
      const file = process.env.LEASEHOLD_TEST_COUNTS
      if (file) writeFileSync(file, JSON.stringify({ passed: passes, failed: failures, skipped: pending }))
    })
  }
}

module.exports = CountingReporter
