import assert from 'node:assert/strict'
import { checkDatabaseUrl, databaseFailure } from '../../src/database/database-failure.ts'
import { Failure } from '../../src/failure.ts'

const ADVICE = 'Correct DATABASE_URL, or unset it to use the embedded database.'
const URL_WITH_PASSWORD = 'postgres://me:s3cret@db.example:5433/texts'
const WHERE = 'The database at db.example:5433, database "texts", user "me",'

describe('databaseFailure', () => {
  const coded = (code: string, message = code): Error => Object.assign(new Error(message), { code })
  const cases: [error: unknown, sentence: string][] = [
    [coded('ECONNREFUSED'), 'refuses connections: nothing listens there'],
    [new AggregateError([coded('ECONNREFUSED')], ''), 'refuses connections: nothing listens there'],
    [coded('ENOTFOUND'), 'cannot be found: its host name does not resolve'],
    [coded('28P01', 'password authentication failed'), 'refuses this user: password authentication failed'],
    [coded('3D000'), 'does not exist on that server: create it there first'],
    [
      new Error('SASL: SCRAM-SERVER-FIRST-MESSAGE: client password must be a string'),
      'asks for a password, and there is none in the address',
    ],
    [coded('42501', 'no CREATE'), 'does not let this user do what the program needs: no CREATE'],
    [new Error('timeout expired'), 'does not answer'],
    [new Error('no SSL'), 'cannot be used: no SSL'],
    ['odd', 'cannot be used: odd'],
  ]
  for (const [error, sentence] of cases) {
    it(sentence, () => {
      const failure = databaseFailure(URL_WITH_PASSWORD, error)
      assert.equal(failure.message, `${WHERE} ${sentence}. ${ADVICE}`)
      assert.doesNotMatch(failure.message, /s3cret/)
    })
  }
})

describe('checkDatabaseUrl', () => {
  it('takes the addresses of Postgres servers', () => {
    checkDatabaseUrl('postgres://localhost/x')
    checkDatabaseUrl('postgresql://me:a%20b@localhost:5432/x?sslmode=disable')
  })

  for (const [url, found] of [
    ['mysql://localhost/x', 'the scheme "mysql"'],
    ['localhost:5432', 'no scheme'],
    ['nonsense', 'no scheme'],
  ] as const) {
    it(`refuses ${url}`, () => {
      const message = `DATABASE_URL must look like postgres://user:password@host:5432/name; it has ${found}. ${ADVICE}`
      assert.throws(() => checkDatabaseUrl(url), { name: 'Failure', message })
    })
  }

  it('refuses an unescaped character, without showing the password', () => {
    assert.throws(
      () => checkDatabaseUrl('postgres://me:s3c/ret@host:port/x'),
      (error: unknown) => error instanceof Failure && !/s3c/.test(error.message),
    )
  })
})
