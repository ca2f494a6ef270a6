/** A Proxy each of whose traps throws: nothing can be asked of it. */
export function throwingProxy<T extends object>(target: T = {} as T): T {
  const trap = (): never => {
    throw new Error('trap')
  }
  const traps = Object.getOwnPropertyNames(Reflect).filter(name => name in Reflect)
  return new Proxy(target, Object.fromEntries(traps.map(name => [name, trap])))
}
