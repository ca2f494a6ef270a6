// Says which OpenTelemetry packages are loaded by what it is told to import.
import { createRequire } from 'node:module'

await import(process.argv[2])
if (process.argv[2] === '@leasehold/core') {
  const { ResourceRegistry } = await import('@leasehold/core')
  const registry = new ResourceRegistry()
  await registry.track(1, { kind: 'k', name: 'n', cleanup() {} }).release()
  await registry.drain()
}
const packages = Object.keys(createRequire(import.meta.url).cache).map(
  file => /@opentelemetry[/\\]([^/\\]+)/.exec(file)?.[1],
)
console.log(JSON.stringify([...new Set(packages)].filter(name => name !== undefined).sort()))
