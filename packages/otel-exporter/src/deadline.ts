/**
 * Waits for `work`, at most `millis`. The wait itself keeps the program alive, since what is waited for does not.
 *
 * @returns whether the work was done in time; what it rejects with is passed on
 */
export async function within(millis: number, work: Promise<unknown>): Promise<boolean> {
  let timer: NodeJS.Timeout | undefined
  const late = new Promise<false>(resolve => {
    timer = setTimeout(resolve, millis, false)
  })
  try {
    return await Promise.race([work.then(() => true), late])
  } finally {
    clearTimeout(timer)
  }
}
