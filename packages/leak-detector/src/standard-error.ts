/** Kept from the fake timers of tests. */
const { setImmediate } = globalThis

/**
 * Prints a line to the standard error, by the console. If nobody reads that any more, the stream has an error, which would
 * be the program's end: it is taken here.
 */
export function printLine(line: string): void {
  const { stderr } = process
  stderr.on('error', ignore)
  try {
    console.error(line)
  } finally {
    // A pipe's error comes a tick later.
    setImmediate(() => stderr.off('error', ignore))
  }
}

function ignore(): void {}
