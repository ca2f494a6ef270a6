/** Collects the process warnings of ours that are given while `fn` runs, and until they are emitted. */
export async function warningsDuring(fn: () => unknown): Promise<string[]> {
  const messages: string[] = []
  const take = (warning: Error): void => {
    if (warning.name === 'LeaseholdWarning') messages.push(warning.message)
  }
  const others = process.listeners('warning')
  process.removeAllListeners('warning')
  process.on('warning', take)
  try {
    await fn()
    // Warnings are emitted in the next tick.
    await new Promise(resolve => setImmediate(resolve))
  } finally {
    process.off('warning', take)
    for (const other of others) process.on('warning', other)
  }
  return messages
}
