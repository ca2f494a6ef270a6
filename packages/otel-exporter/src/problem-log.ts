/** How many kinds of problem a process is told of: a program in trouble must not also drown in text. */
const MAX_KINDS = 100

/** What went wrong with telemetry: the first of a kind is a process warning, the others are counted. */
export class ProblemLog {
  readonly #counts: Map<string, number> = new Map()

  report(kind: string, message: string): void {
    const count = this.#counts.get(kind) ?? 0
    if (count === 0 && this.#counts.size >= MAX_KINDS) return
    this.#counts.set(kind, count + 1)
    if (count === 0) warn(message)
  }

  count(kind: string): number {
    return this.#counts.get(kind) ?? 0
  }

  /** Says how often it happened, of what happened more than once; then counts anew. */
  summarize(): void {
    for (const [kind, count] of this.#counts) {
      if (count > 1) warn(`${kind}: ${count} times in all`)
    }
    this.#counts.clear()
  }
}

function warn(message: string): void {
  process.emitWarning(oneLine(message), 'LeaseholdWarning')
}

const MAX_LENGTH = 400

/** What a back end or a variable said, fit for one line of a log. */
export function oneLine(text: string): string {
  // eslint-disable-next-line no-control-regex
  const line = text.slice(0, MAX_LENGTH).replace(/[\u0000-\u001f\u007f-\u009f\u2028\u2029]+/g, ' ')
  return text.length > MAX_LENGTH ? `${line}…` : line
}
