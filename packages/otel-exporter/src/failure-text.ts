import { oneLine } from './problem-log.ts'

/** One line on whatever was thrown: a connection that failed at several addresses says so of each. */
export function describe(error: unknown): string {
  if (error instanceof AggregateError && error.errors.length > 0) {
    return [...new Set(error.errors.map(describe))].join('; ')
  }
  if (error instanceof Error) return oneLine(error.message === '' ? error.name : error.message)
  return oneLine(String(error))
}
