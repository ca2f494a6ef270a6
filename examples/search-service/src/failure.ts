/** Something that the person at the keyboard can put right: shown as one paragraph, never as a stack trace. */
export class Failure extends Error {
  override readonly name: string = 'Failure'
}

/** A command line that does not make sense. */
export class UsageFailure extends Failure {}

/** The message of anything thrown. A refused connection to "localhost" is an AggregateError with an empty message. */
export function reasonOf(error: unknown): string {
  if (error instanceof AggregateError && error.errors.length > 0) return reasonOf(error.errors[0])
  if (error instanceof Error) return error.message === '' ? error.name : error.message
  return String(error)
}

/** The system's code of an error, ENOENT for example. */
export function codeOf(error: unknown): string | undefined {
  if (error instanceof AggregateError && error.errors.length > 0) return codeOf(error.errors[0])
  // A file that could not be mapped has the system's error as its cause.
  if (error instanceof Error && 'code' in error && error.code === 'ERR_MMAP_OPEN') return codeOf(error.cause)
  const code: unknown = error instanceof Error && 'code' in error ? error.code : undefined
  return typeof code === 'string' ? code : undefined
}
