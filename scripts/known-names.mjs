// What a command line names must be there: a command that finds nothing to do must not look as if all were well.

/**
 * Ends the process with the list of what there is, if something else is named.
 * @param {string} what a gate, a package @param {string[]} names @param {string[]} known
 */
export function requireKnown(what, names, known) {
  const unknown = names.filter(name => !known.includes(name))
  if (unknown.length === 0) return
  console.error(`No ${what} is called ${unknown.join(', ')}; there are ${known.join(', ')}`)
  process.exit(1)
}
