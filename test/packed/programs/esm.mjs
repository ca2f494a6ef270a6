import { ResourceRegistry, isLeaseholdError, withScope } from '@leasehold/core'

const registry = new ResourceRegistry()
const cleaned = []
const terms = name => ({ kind: 'file', name, cleanup: () => void cleaned.push(name) })

const report = registry.track({ text: 'report' }, terms('report'))
await report.release()
await withScope(
  async scope => {
    scope.track({}, terms('first'))
    scope.track({}, terms('second'))
  },
  { registry },
)

let refused
try {
  void report.value
} catch (error) {
  refused = isLeaseholdError(error) ? error.code : String(error)
}
const { acquired, live, outcomes } = registry.stats()
console.log(JSON.stringify({ acquired, live, success: outcomes.success, cleaned, refused }))
