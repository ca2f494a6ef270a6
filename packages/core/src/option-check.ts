import * as v from 'valibot'
import type { Clock } from './clock.ts'
import { ConfigError } from './errors.ts'
import { nearestName } from './nearest-name.ts'
import type { Preset } from './presets.ts'

/** A schema of options: an object that knows all of its keys. */
export type OptionSchema = v.StrictObjectSchema<v.ObjectEntries, undefined>

/** One option's rule: `expected` completes "must be …" in the error. */
export function rule<T>(expected: string, allows: (input: unknown) => boolean): v.GenericSchema<T> {
  return v.pipe(v.custom<T>(allows), v.description(expected))
}

export const text: v.GenericSchema<string> = rule(
  'a non-empty string',
  s => typeof s === 'string' && s !== '',
)
export const flag: v.GenericSchema<boolean> = rule('true or false', b => typeof b === 'boolean')
export const callback: v.GenericSchema<(...args: never[]) => unknown> = rule(
  'a function',
  f => typeof f === 'function',
)

/** The longest that Node's timers can wait; a longer wait would fire at once. */
const MAX_TIMER_MILLIS = 2 ** 31 - 1

/** A duration in milliseconds that a timer can wait for. */
export const millis: v.GenericSchema<number> = rule(
  `a number of milliseconds from 0 to ${MAX_TIMER_MILLIS}`,
  n => typeof n === 'number' && n >= 0 && n <= MAX_TIMER_MILLIS,
)
/** As {@link millis}, but 0 would never let anything happen. */
export const positiveMillis: v.GenericSchema<number> = rule(
  `a number of milliseconds from 1 to ${MAX_TIMER_MILLIS}`,
  n => typeof n === 'number' && n >= 1 && n <= MAX_TIMER_MILLIS,
)

export function integerFrom(min: number, max: number = Number.MAX_SAFE_INTEGER): v.GenericSchema<number> {
  const range = max === Number.MAX_SAFE_INTEGER ? `an integer >= ${min}` : `an integer from ${min} to ${max}`
  return rule(range, n => Number.isSafeInteger(n) && (n as number) >= min && (n as number) <= max)
}

export function oneOf<T extends string>(...names: readonly T[]): v.GenericSchema<T> {
  return rule(names.map(n => `'${n}'`).join(' | '), s => names.includes(s as T))
}

export const presetName: v.GenericSchema<Preset> = oneOf('production', 'development', 'test', 'lowMemory')

export const clockRule: v.GenericSchema<Clock> = rule(
  'a clock with now(), setTimeout() and clearTimeout()',
  clock => {
    const c = clock as Partial<Clock> | null | undefined
    return (
      typeof c?.now === 'function' &&
      typeof c.setTimeout === 'function' &&
      typeof c.clearTimeout === 'function'
    )
  },
)

/** `schema`, or `false` for "off". */
export function orFalse<T>(schema: v.GenericSchema<T>): v.GenericSchema<T | false> {
  return rule(`${v.getDescription(schema as never)}, or false`, x => x === false || v.is(schema, x))
}

/**
 * Options as they came, checked: unknown ones are refused with the nearest known name, wrong ones with what was
 * expected.
 *
 * @param owner who is being configured, as it shall read at the head of the message: `pool "orders"`
 * @throws ConfigError (`ERR_CONFIG`) for the first option that is wrong
 */
export function checkOptions<S extends OptionSchema>(
  owner: string,
  schema: S,
  input: unknown,
): v.InferOutput<S> {
  refuseArrays(owner, schema, input)
  const result = parse(owner, schema, input)
  if (result.success) return result.output
  const issue = result.issues[0]
  const path = issue.path ?? []
  if (path.length === 0) throw new ConfigError(owner, 'options', 'an object', input)
  const option = path.map(item => String(item.key)).join('.')
  const key = String(path.at(-1)!.key)
  const { entries, known } = entriesAt(
    schema,
    path.slice(0, -1).map(item => String(item.key)),
  )
  const entry = Object.hasOwn(entries, key) ? entries[key] : undefined
  if (entry === undefined) {
    const nearest = nearestName(key, known)
    const hint = nearest === undefined ? `known are ${known.join(', ')}` : `did you mean "${nearest}"?`
    const message = `${owner}: unknown option "${option}"; ${hint}`
    throw new ConfigError(owner, option, `one of ${known.join(', ')}`, path.at(-1)!.value, message)
  }
  throw new ConfigError(owner, option, expectedOf(entry), path.at(-1)!.value)
}

/** valibot names the class of a wrong value, which one that throws when looked at does not survive. */
function parse<S extends OptionSchema>(owner: string, schema: S, input: unknown): v.SafeParseResult<S> {
  try {
    return v.safeParse(schema, input, { abortEarly: true })
  } catch (error) {
    for (const [key, entry] of Object.entries(schema.entries)) {
      const value = readable(() => (input as Record<string, unknown>)[key])
      if (value.ok && readable(() => v.safeParse(entry, value.result)).ok) continue
      throw new ConfigError(owner, key, expectedOf(entry), value.ok ? value.result : value)
    }
    throw new ConfigError(owner, 'options', 'an object', error)
  }
}

function readable<R>(look: () => R): { readonly ok: true; readonly result: R } | { readonly ok: false } {
  try {
    return { ok: true, result: look() }
  } catch {
    return { ok: false }
  }
}

/** To valibot an array is an object without the keys; whoever passed one should hear so. */
function refuseArrays(owner: string, schema: OptionSchema, input: unknown): void {
  if (Array.isArray(input)) throw new ConfigError(owner, 'options', 'an object', input)
  if (typeof input !== 'object' || input === null) return
  for (const [key, entry] of Object.entries(schema.entries)) {
    const value = readable(() => (input as Record<string, unknown>)[key])
    if (value.ok && Array.isArray(value.result) && 'entries' in unwrap(entry))
      throw new ConfigError(owner, key, 'an object', value.result)
  }
}

function entriesAt(
  schema: OptionSchema,
  path: readonly string[],
): { entries: v.ObjectEntries; known: string[] } {
  let entries = schema.entries
  for (const key of path) entries = (unwrap(entries[key]!) as OptionSchema).entries
  return { entries, known: Object.keys(entries) }
}

function expectedOf(schema: v.GenericSchema): string {
  const inner = unwrap(schema)
  return v.getDescription(inner) ?? ('entries' in inner ? 'an object' : 'of another type')
}

/** Options are `v.optional(…)`; what was expected stands on the schema within. */
function unwrap(schema: unknown): v.GenericSchema {
  const wrapped = (schema as { wrapped?: unknown }).wrapped
  return wrapped === undefined ? (schema as v.GenericSchema) : unwrap(wrapped)
}
