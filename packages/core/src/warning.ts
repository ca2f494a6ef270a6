/** How many different warnings a process is given; a program in trouble must not also drown in text. */
const MAX_WARNINGS = 1_000
const given = new Set<string>()

/**
 * A process warning of type `LeaseholdWarning`, once per `topic`: what is wrong, and goes on being wrong, is
 * counted elsewhere.
 */
export function warnOnce(topic: string, message: string): void {
  if (given.has(topic) || given.size >= MAX_WARNINGS) return
  given.add(topic)
  process.emitWarning(message, 'LeaseholdWarning')
}
