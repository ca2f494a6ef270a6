import type { OtlpTarget } from './otlp-target.ts'

/** Shorter ones are no secrets, and their letters are in every text. */
const MIN_LENGTH = 4

/** What must never be told of a target: who asks it, by which password, query or header. */
export class Secrets {
  readonly #all: string[]

  constructor({ url, headers }: Pick<OtlpTarget, 'url' | 'headers'>) {
    const { username, password, search, searchParams } = new URL(url)
    const raw = [username, password, search.slice(1), ...searchParams.values(), ...Object.values(headers)]
    const words = Object.values(headers).flatMap(value => value.split(' '))
    const all = [...raw, ...raw.map(decoded), ...words].filter(each => each.length >= MIN_LENGTH)
    // The longest first: a part that is hidden leaves the rest unfound.
    this.#all = [...new Set(all)].sort((a, b) => b.length - a.length)
  }

  /** What a back end said, which may be what it was asked. */
  hide(text: string): string {
    return this.#all.reduce((shown, secret) => shown.replaceAll(secret, '***'), text)
  }
}

function decoded(text: string): string {
  try {
    return decodeURIComponent(text)
  } catch {
    return text
  }
}
