/** Runs `fn` with variables set as given, and puts them back as they were, also after what it returns has settled. */
export function withVariables<R>(variables: Record<string, string>, fn: () => R): R {
  const before = Object.keys(variables).map(name => [name, process.env[name]] as const)
  const restore = (): void => {
    for (const [name, value] of before) {
      if (value === undefined) delete process.env[name]
      else process.env[name] = value
    }
  }
  Object.assign(process.env, variables)
  let result: R
  try {
    result = fn()
  } catch (error) {
    restore()
    throw error
  }
  if (result instanceof Promise) return result.finally(restore) as R
  restore()
  return result
}
