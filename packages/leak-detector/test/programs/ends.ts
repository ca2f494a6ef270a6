import { ResourceRegistry } from '@leasehold/core'
import { startLeakDetector } from '../../src/index.ts'

// Nothing but the detector is there: the process is to end by itself.
startLeakDetector()
ResourceRegistry.default.track(1, { kind: 'demo', name: 'held', cleanup: () => {} })
console.log('end of the program')
