interface SuppressedErrorLike extends Error {
  error: unknown
  suppressed: unknown
}
type SuppressedErrorClass = new (error: unknown, suppressed: unknown, message?: string) => SuppressedErrorLike

/** As the platform's, which comes with Node 24; nothing global is patched. */
class SuppressedErrorStandIn extends Error implements SuppressedErrorLike {
  readonly error: unknown
  readonly suppressed: unknown

  constructor(error: unknown, suppressed: unknown, message?: string) {
    super(message)
    this.error = error
    this.suppressed = suppressed
    Object.defineProperty(this, 'name', { value: 'SuppressedError', configurable: true, writable: true })
  }
}

/** An error of cleaning up, after another had already been on its way. */
export function suppressed(error: unknown, before: unknown): Error {
  const native = (globalThis as { SuppressedError?: SuppressedErrorClass }).SuppressedError
  const message =
    'a cleanup failed after the scope itself had: see error (the cleanup) and suppressed (the scope)'
  return new (native ?? SuppressedErrorStandIn)(error, before, message)
}
