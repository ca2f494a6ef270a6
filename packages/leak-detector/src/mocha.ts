/**
 * For mocha, by `--import`, `--require` or an import: a test that leaves a lease of the default registry unreleased fails,
 * naming who took it. Also with `--parallel`.
 *
 *     mocha --require @leasehold/leak-detector/mocha
 *
 * The tests' own runs are wrapped. A hook would not do: one that throws ends the whole run, and those registered by an
 * import reach but the first file of a parallel worker.
 */
import Mocha from 'mocha'
import { LeakCheck } from './without-leaks.ts'

/** Kept from the fake timers of tests. */
const { setImmediate } = globalThis

type Done = (error?: unknown) => void

interface RunnablePrototype {
  run(this: { readonly type?: string }, done: Done): void
}

const WRAPPED: unique symbol = Symbol.for('leasehold.mocha.v1')
const prototype = Mocha.Runnable.prototype as unknown as RunnablePrototype & { [WRAPPED]?: true }

if (prototype[WRAPPED] === undefined) {
  prototype[WRAPPED] = true
  const { run } = prototype
  prototype.run = function checked(done) {
    if (this.type !== 'test') {
      run.call(this, done)
      return
    }
    const check = new LeakCheck()
    const finish = async (): Promise<void> => {
      const leak = await check.error()
      // Not within the promise: what mocha throws is mocha's.
      setImmediate(() => done(leak))
    }
    check.run(() =>
      run.call(this, error => {
        // Nothing to wait for: as if nobody had looked.
        if (error !== undefined || check.isClean) done(error)
        else void finish()
      }),
    )
  }
}
