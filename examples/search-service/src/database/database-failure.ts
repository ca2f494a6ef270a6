import pg from 'pg'
import { codeOf, Failure, reasonOf } from '../failure.ts'

const ADVICE = 'Correct DATABASE_URL, or unset it to use the embedded database.'

/** What to tell the person who set DATABASE_URL. It never shows the password. */
export function databaseFailure(url: string, error: unknown): Failure {
  return new Failure(`The database ${locationOf(url)}, ${problem(error)}. ${ADVICE}`, { cause: error })
}

/** Refuses what cannot be the address of a Postgres server, before anything is started for it. */
export function checkDatabaseUrl(url: string): void {
  const scheme = /^([a-z]+):\/\//i.exec(url)?.[1]?.toLowerCase()
  if (scheme !== 'postgres' && scheme !== 'postgresql') {
    const found = scheme === undefined ? 'no scheme' : `the scheme "${scheme}"`
    throw new Failure(
      `DATABASE_URL must look like postgres://user:password@host:5432/name; it has ${found}. ${ADVICE}`,
    )
  }
  locationOf(url)
}

/** `at host:port, database "name", user "user"`: all but the password. */
export function locationOf(url: string): string {
  try {
    const { host, port, database, user } = new pg.Client({ connectionString: url })
    return `at ${host}:${port}, database "${database ?? ''}", user "${user ?? ''}"`
  } catch {
    throw new Failure(
      `DATABASE_URL cannot be read as an address (is a character in the password unescaped?). ${ADVICE}`,
    )
  }
}

// What pg itself refuses has no code, and words that speak of its own inside.
const NO_PASSWORD = /password must be a (non-empty )?string/
const NO_ANSWER = /^timeout expired$/

function problem(error: unknown): string {
  if (NO_PASSWORD.test(reasonOf(error))) return 'asks for a password, and there is none in the address'
  if (NO_ANSWER.test(reasonOf(error))) return 'does not answer'
  switch (codeOf(error)) {
    case 'ECONNREFUSED':
      return 'refuses connections: nothing listens there'
    case 'ENOTFOUND':
    case 'EAI_AGAIN':
      return 'cannot be found: its host name does not resolve'
    case '28P01':
    case '28000':
      return `refuses this user: ${reasonOf(error)}`
    case '3D000':
      return 'does not exist on that server: create it there first'
    case '42501':
      return `does not let this user do what the program needs: ${reasonOf(error)}`
    default:
      return `cannot be used: ${reasonOf(error)}`
  }
}
