import { ResourceRegistry } from '@leasehold/core'
import { outliving, startLeakDetector } from '@leasehold/leak-detector'

const registry = new ResourceRegistry()
const alive = setTimeout(() => {}, 30_000)
const detector = startLeakDetector({
  registry,
  preset: 'development',
  onAlert({ rule, count, stack }) {
    console.log(JSON.stringify({ rule, count, place: /leaks\.mjs/.test(stack) }))
    detector.stop()
    clearTimeout(alive)
  },
})
await outliving(() => registry.track(1, { kind: 'demo', name: 'leak', cleanup() {} }))
