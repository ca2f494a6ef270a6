const { ResourceRegistry, isLeaseholdError, withScope } = require('@leasehold/core')

async function main() {
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
  const imported = await import('@leasehold/core')
  if (imported.ResourceRegistry.default !== ResourceRegistry.default)
    throw new Error('two default registries')
  const { acquired, live, outcomes } = registry.stats()
  console.log(JSON.stringify({ acquired, live, success: outcomes.success, cleaned, refused }))
}

main().catch(error => {
  console.error(error)
  process.exitCode = 1
})
