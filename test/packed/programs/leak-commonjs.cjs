const { ResourceRegistry } = require('@leasehold/core')
const { outliving, startLeakDetector, withoutLeaks } = require('@leasehold/leak-detector')

const registry = new ResourceRegistry()
const take = () => registry.track(1, { kind: 'demo', name: 'leak', cleanup() {} })
const alive = setTimeout(() => {}, 30_000)
const detector = startLeakDetector({
  registry,
  preset: 'development',
  async onAlert({ rule, count, stack }) {
    const { live } = detector.report()
    const text = detector.report({ format: 'text' }).startsWith('Leases: 1 live')
    detector.stop()
    clearTimeout(alive)
    const { code } = await withoutLeaks(take, { registry }).catch(error => error)
    console.log(JSON.stringify({ rule, count, place: /leak-commonjs\.cjs/.test(stack), live, text, code }))
  },
})
void outliving(take)
