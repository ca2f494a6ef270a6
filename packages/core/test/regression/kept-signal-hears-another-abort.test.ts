import assert from 'node:assert/strict'
import { SpareSignals } from '../../src/spare-signals.ts'

describe('a signal that a cleanup has kept', () => {
  const undeclared = { length: 1 }

  for (const [what, look] of Object.entries<(signal: AbortSignal) => void>({
    'asks whether it is aborted': signal => assert.equal(signal.aborted, false),
    'listens to it': signal => signal.addEventListener('abort', () => {}),
  })) {
    it(`serves no other once its keeper ${what}, after its end`, () => {
      const signals = new SpareSignals()
      const kept = signals.lend(undeclared)
      signals.giveBack(kept)
      look(kept.signal)
      assert.notEqual(signals.lend(undeclared), kept)
    })
  }
})
