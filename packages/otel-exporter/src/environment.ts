import { readFileSync } from 'node:fs'
import { parseKeyPairs } from './key-pairs.ts'
import { oneLine, type ProblemLog } from './problem-log.ts'
import { shownUrl } from './shown-url.ts'

/**
 * The `OTEL_*` variables that this package reads itself; the SDK reads the others. A value that cannot be meant is one
 * warning, and then as if it were not there: a variable must not be able to stop a program.
 */
export class Environment {
  readonly #variables: NodeJS.ProcessEnv
  readonly #problems: ProblemLog

  constructor(variables: NodeJS.ProcessEnv, problems: ProblemLog) {
    this.#variables = variables
    this.#problems = problems
  }

  text(name: string): string | undefined {
    const value = this.#variables[name]?.trim()
    return value === '' ? undefined : value
  }

  flag(name: string): boolean {
    const value = this.text(name)?.toLowerCase()
    if (value !== undefined && value !== 'true' && value !== 'false')
      this.#refuse(name, value, "'true' or 'false'")
    return value === 'true'
  }

  /** A switch of our own: as a flag, and 1 or 0. */
  switch(name: string): boolean {
    const value = this.text(name)
    return value === '1' || (value !== '0' && this.flag(name))
  }

  /** Says what is wrong with a variable that in itself could be meant. */
  complain(name: string, what: string): void {
    this.#problems.report(`environment: ${name}`, `${name} ${what}`)
  }

  integer(name: string, min: number, max: number): number | undefined {
    const value = this.text(name)
    if (value === undefined) return undefined
    const number = /^\d+$/.test(value) ? Number(value) : NaN
    if (number >= min && number <= max) return number
    return this.#refuse(name, value, `an integer from ${min} to ${max}`)
  }

  oneOf<T extends string>(name: string, allowed: readonly T[]): T | undefined {
    const value = this.text(name)?.toLowerCase()
    if (value === undefined || allowed.includes(value as T)) return value as T | undefined
    return this.#refuse(name, value, allowed.map(each => `'${each}'`).join(' | '))
  }

  /** A list, as `otlp,console`; 'none' is the empty one. Undefined where nothing of it is known. */
  listOf<T extends string>(name: string, allowed: readonly T[]): T[] | undefined {
    const value = this.text(name)?.toLowerCase()
    if (value === undefined) return undefined
    const names = value
      .split(',')
      .map(each => each.trim())
      .filter(each => each !== '')
    const known = names.filter((each): each is T => allowed.includes(each as T))
    const unknown = names.find(each => each !== 'none' && !allowed.includes(each as T))
    if (unknown !== undefined)
      this.#refuse(name, unknown, [...allowed, 'none'].map(each => `'${each}'`).join(', '))
    return known.length === 0 && unknown !== undefined ? undefined : known
  }

  /** An http or https URL. */
  url(name: string): string | undefined {
    const value = this.text(name)
    if (value === undefined || isHttpUrl(value)) return value
    return this.#refuse(name, value, 'an http or https URL')
  }

  /**
   * A list `key=value,key=value`. An entry that is no such pair, or not `allowed`, is told by its place only, since it
   * may be a secret; the others are used.
   */
  pairs(name: string, allowed: (key: string, value: string) => boolean = () => true): Record<string, string> {
    const value = this.text(name)
    if (value === undefined) return {}
    const { pairs, malformed } = parseKeyPairs(value)
    const good = pairs.filter(([key, each]) => allowed(key, each))
    const isWhole = malformed.length === 0 && good.length === pairs.length
    if (!isWhole) {
      const named = pairs.filter(pair => !good.includes(pair)).map(([key]) => `of "${oneLine(key)}"`)
      const what = [...malformed.map(String), ...named].slice(0, 5).join(', ')
      this.#problems.report(
        `environment: ${name}`,
        `${name} must be key=value,key=value, percent-encoded: entry ${what} not used`,
      )
    }
    return Object.fromEntries(good)
  }

  /** What is in the file of that path. */
  file(name: string): Buffer | undefined {
    const path = this.text(name)
    if (path === undefined) return undefined
    try {
      return readFileSync(path)
    } catch {
      return this.#refuse(name, path, 'a file that can be read')
    }
  }

  #refuse(name: string, value: string, expected: string): undefined {
    const shown = oneLine(shownUrl(value))
    this.#problems.report(`environment: ${name}`, `${name} must be ${expected}, got "${shown}": not used`)
    return undefined
  }
}

export function isHttpUrl(value: unknown): value is string {
  return typeof value === 'string' && /^https?:\/\/./i.test(value) && URL.canParse(value)
}
