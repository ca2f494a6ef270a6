import { ResourceRegistry, type Lease } from '@leasehold/core'
import {
  alertmanager,
  log,
  outliving,
  startLeakDetector,
  webhook,
  withoutLeaks,
  type Alert,
  type LeakReport,
} from '@leasehold/leak-detector'

const registry = new ResourceRegistry()
const take = (): Lease<number> => registry.track(1, { kind: 'demo', name: 'leak', cleanup() {} })
const sinks = [alertmanager({ url: 'http://127.0.0.1:9' }), webhook({ url: 'http://127.0.0.1:9' })]
log({ info() {}, warn() {}, error() {} })
const alive = setTimeout(() => {}, 30_000)
let heard: (alert: Alert) => void = () => {}
const told = new Promise<Alert>(resolve => (heard = resolve))
{
  using detector = startLeakDetector({
    registry,
    preset: 'development',
    sinks,
    onAlert: alert => heard(alert),
  })
  await outliving(take)
  const { rule, count, stack = '' } = await told
  const { live }: LeakReport = detector.report()
  const text = detector.report({ format: 'text' }).startsWith('Leases: 1 live')
  const error: unknown = await withoutLeaks(take, { registry }).catch((reason: unknown) => reason)
  const { code } = error as { code?: string }
  const place = /leak-typescript\.mjs/.test(stack)
  console.log(JSON.stringify({ rule, count, place, live, text, code }))
}
clearTimeout(alive)
