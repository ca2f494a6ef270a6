import * as v from 'valibot'
import { integerFrom, text, type OptionSchema } from '@leasehold/core'

/** The database whose connections a pool holds, as OpenTelemetry's conventions describe one. */
export interface DatabaseOptions {
  /** `db.system.name`: `'postgresql'`, `'mysql'`, `'redis'`, … */
  system: string
  /** `db.namespace`: the database's name on its server. Default: none. */
  namespace?: string | undefined
  /** `server.address`: the server's name, address or Unix socket. Default: none. */
  serverAddress?: string | undefined
  /** `server.port`. Default: none. */
  serverPort?: number | undefined
}

export const databaseSchema: OptionSchema = v.strictObject({
  system: text,
  namespace: v.optional(text),
  serverAddress: v.optional(text),
  serverPort: v.optional(integerFrom(1, 65_535)),
})

/** What a pool without a name is called: as the conventions have it for one of a database. */
export function defaultName(database: DatabaseOptions | undefined): string {
  if (database === undefined) return 'default'
  const { system, namespace, serverAddress, serverPort } = database
  if (namespace !== undefined) return namespace
  if (serverAddress === undefined) return system
  if (serverPort === undefined) return serverAddress
  return serverAddress.includes(':') ? `[${serverAddress}]:${serverPort}` : `${serverAddress}:${serverPort}`
}
