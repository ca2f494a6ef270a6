type Method = (this: unknown, ...args: never[]) => unknown

/** Properties of single objects that are replaced for a while; their classes are left alone. */
export class Patches {
  readonly #undo: (() => void)[] = []

  /** Puts a method in place of another. Called on any other object, it is the original. */
  method<T extends object>(
    target: T,
    key: keyof T & string,
    make: (original: (...args: unknown[]) => unknown) => (...args: never[]) => unknown,
  ): void {
    const original = target[key] as Method
    const replacement = make((...args) => Reflect.apply(original, target, args))
    const either: Method = function (this: unknown, ...args) {
      return Reflect.apply(this === target ? replacement : original, this, args)
    }
    this.value(target, key, either as T[keyof T & string])
  }

  value<T extends object, K extends keyof T & string>(target: T, key: K, value: T[K]): void {
    const own = Object.getOwnPropertyDescriptor(target, key)
    const enumerable = own?.enumerable ?? false
    Object.defineProperty(target, key, { value, enumerable, writable: true, configurable: true })
    this.#undo.push(() => {
      // Whoever has replaced it once more meanwhile keeps theirs.
      if (Object.getOwnPropertyDescriptor(target, key)?.value !== value) return
      if (own === undefined) Reflect.deleteProperty(target, key)
      else Object.defineProperty(target, key, own)
    })
  }

  undo(): void {
    for (const undo of this.#undo.splice(0)) undo()
  }
}
