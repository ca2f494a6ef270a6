import { ResourceRegistry, isLeaseholdError, withScope } from '@leasehold/core'
import type { Lease, TrackOptions } from '@leasehold/core'

const registry = new ResourceRegistry({ preset: 'test' })
const cleaned: string[] = []

function terms<T>(name: string): TrackOptions<T> {
  return { kind: 'file', name, cleanup: () => void cleaned.push(name) }
}

async function useReport(): Promise<Lease<{ text: string }>> {
  await using report = registry.track({ text: 'report' }, terms('report'))
  if (report.value.text !== 'report') throw new Error('another value')
  return report
}

const report = await useReport()
await withScope(
  async scope => {
    scope.track({}, terms('first'))
    scope.track({}, terms('second'))
  },
  { registry },
)

let refused: string | undefined
try {
  void report.value
} catch (error) {
  refused = isLeaseholdError(error) ? error.code : String(error)
}
const { acquired, live, outcomes } = registry.stats()
console.log(JSON.stringify({ acquired, live, success: outcomes.success, cleaned, refused }))
