import { ResourceRegistry } from '@leasehold/core'
import { startLeakDetector } from '../../src/index.ts'

const detector = startLeakDetector({ preset: 'development', reportSignal: 'SIGUSR2' })
ResourceRegistry.default.track(1, { kind: 'demo', name: 'held', cleanup: () => {} })
process.once('SIGUSR2', () => {
  setImmediate(() => {
    detector.stop()
    console.log(process.listenerCount('SIGUSR2'))
    clearInterval(alive)
  })
})
const alive = setInterval(() => {}, 60_000)
console.log('ready')
