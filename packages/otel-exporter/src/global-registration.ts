import { context, diag, metrics, propagation, trace } from '@opentelemetry/api'

/** Where all copies of the OpenTelemetry API 1.x keep what is registered. */
const API_KEY: unique symbol = Symbol.for('opentelemetry.js.api.1')

type ApiName = 'trace' | 'metrics' | 'context' | 'propagation' | 'diag'
const apis: Readonly<Record<ApiName, { disable(): void }>> = { trace, metrics, context, propagation, diag }

/** What is registered now under a name of the API; undefined where nothing is. */
export function registered(name: ApiName): unknown {
  return (globalThis as { [API_KEY]?: Partial<Record<ApiName, unknown>> })[API_KEY]?.[name]
}

/**
 * What one call registered with the OpenTelemetry API, so that it can be taken back without taking away what others
 * registered before or since.
 */
export class GlobalRegistration implements Disposable {
  readonly #ours: Map<ApiName, unknown> = new Map()

  add(register: () => void): void {
    const names = Object.keys(apis) as ApiName[]
    const before = names.map(registered)
    register()
    for (const [i, name] of names.entries()) {
      const now = registered(name)
      if (now !== undefined && now !== before[i]) this.#ours.set(name, now)
    }
  }

  [Symbol.dispose](): void {
    for (const [name, ours] of this.#ours) {
      if (registered(name) === ours) apis[name].disable()
    }
    this.#ours.clear()
  }
}
