/**
 * What the errors of well-known clients mean for a loan of theirs. `docs/errors.md` is rendered from this table, and
 * `test/integration/client-errors.test.ts` brings about what can be with the real clients and their servers.
 */

/** One error, or several that mean the same. */
export interface ClientError {
  /** How to know it, in Markdown: its code, or its message where it has none. */
  readonly error: string
  readonly when: string
  /** What becomes of the loan; `none`: there is none yet, `create` has failed. */
  readonly loan: 'keep' | 'destroy' | 'none'
  readonly retry: string
}

/** The errors of one client. */
export interface ClientErrors {
  readonly title: string
  readonly about: string
  /** The value of `destroyOnError`, an expression that the tests evaluate. */
  readonly rule: string
  readonly errors: readonly ClientError[]
}

const IDEMPOTENT = 'only what may be done twice: the server may have done it'
const AT_ONCE = 'yes: it was never sent'
const LATER = 'later; the breaker spares the server meanwhile'
const NEVER = 'no'

export type ClientName = 'pg' | 'mysql2' | 'ioredis' | 'undici' | 'fetch'

export const CLIENT_ERRORS: Readonly<Record<ClientName, ClientErrors>> = {
  pg: {
    title: 'pg',
    about:
      "A `pg.DatabaseError` is an answer of the server's, with the SQLSTATE as its `code`. `severity` comes in the server's " +
      'language (`lc_messages`): in another than English a session that has ended is known by the event `error` alone, so ' +
      'listen to it in any case, and take out what is idle with `retain`. A transaction that was begun is to be rolled back ' +
      'before a client is given back, whatever the error.',
    rule: "error => !(error instanceof pg.DatabaseError) || error.severity === 'FATAL'",
    errors: [
      {
        error: '`42601`, `42703`, `23505` and most others',
        when: 'the server refused the statement',
        loan: 'keep',
        retry: NEVER,
      },
      {
        error: '`25P02`',
        when: 'an earlier statement of the transaction failed',
        loan: 'keep',
        retry: 'no; `ROLLBACK` first',
      },
      {
        error: '`40001`, `40P01`',
        when: 'serialization failure, deadlock',
        loan: 'keep',
        retry: 'yes, the whole transaction, after `ROLLBACK`',
      },
      {
        error: '`57014`',
        when: '`statement_timeout`, or cancelled',
        loan: 'keep',
        retry: 'yes: the server has undone it; it may be slow again',
      },
      {
        error: '`57P01`, `57P02`, `57P05`, `25P03`',
        when: 'the server ended the session: shutdown, crash, its limits for idle sessions',
        loan: 'destroy',
        retry: IDEMPOTENT,
      },
      {
        error: 'Connection terminated unexpectedly, `ECONNRESET`, `EPIPE`',
        when: 'the connection was lost',
        loan: 'destroy',
        retry: IDEMPOTENT,
      },
      {
        error: 'Query read timeout',
        when: '`query_timeout`: the client still waits for the answer, and so would the next query',
        loan: 'destroy',
        retry: IDEMPOTENT,
      },
      {
        error:
          'Client has encountered a connection error and is not queryable, Client was closed and is not queryable',
        when: 'the connection was lost, or closed, before the query',
        loan: 'destroy',
        retry: AT_ONCE,
      },
      {
        error: '`ECONNREFUSED`, `ENOTFOUND`, `57P03`, timeout expired',
        when: 'no server, one that starts, or `connectionTimeoutMillis`',
        loan: 'none',
        retry: LATER,
      },
      {
        error: '`53300`',
        when: 'too many connections: the `max` of all pools together is above `max_connections`',
        loan: 'none',
        retry: LATER,
      },
      { error: '`28P01`, `3D000`', when: 'wrong password, unknown database', loan: 'none', retry: NEVER },
    ],
  },
  mysql2: {
    title: 'mysql2',
    about:
      "An error with a `sqlState` is an answer of the server's. Its own time-out, the option `timeout` of a query, leaves the " +
      'connection busy. Seen with mysql2 3.24.6 and MariaDB 10.11.',
    rule: 'error => error.sqlState === undefined',
    errors: [
      {
        error: '`ER_DUP_ENTRY`, `ER_PARSE_ERROR` and most others',
        when: 'the server refused the statement',
        loan: 'keep',
        retry: NEVER,
      },
      {
        error: '`ER_LOCK_DEADLOCK`, `ER_LOCK_WAIT_TIMEOUT`',
        when: 'deadlock; a lock that was not free in time',
        loan: 'keep',
        retry: 'yes, the whole transaction, after `ROLLBACK`',
      },
      {
        error: '`errno` 1969 (MariaDB), `ER_QUERY_TIMEOUT` (MySQL)',
        when: '`max_statement_time`, `max_execution_time`',
        loan: 'keep',
        retry: 'yes: the server has undone it; it may be slow again',
      },
      {
        error: '`PROTOCOL_CONNECTION_LOST`, `ECONNRESET`, `EPIPE`',
        when: 'the connection was lost, or killed',
        loan: 'destroy',
        retry: IDEMPOTENT,
      },
      {
        error: '`PROTOCOL_SEQUENCE_TIMEOUT`',
        when: '`timeout`: the next query would wait for the end of this one',
        loan: 'destroy',
        retry: IDEMPOTENT,
      },
      {
        error: "Can't add new command when connection is in closed state",
        when: 'the connection was lost, or closed, before the query',
        loan: 'destroy',
        retry: AT_ONCE,
      },
      { error: '`ECONNREFUSED`, `ETIMEDOUT`', when: 'no server', loan: 'none', retry: LATER },
      {
        error: '`ER_CON_COUNT_ERROR`',
        when: 'the `max` of all pools together is above `max_connections`',
        loan: 'none',
        retry: LATER,
      },
      {
        error: '`ER_ACCESS_DENIED_ERROR`, `ER_BAD_DB_ERROR`',
        when: 'wrong password, unknown database',
        loan: 'none',
        retry: NEVER,
      },
    ],
  },
  ioredis: {
    title: 'ioredis',
    about:
      "A `ReplyError` is an answer of the server's. Make clients with `retryStrategy: () => null`: the pool replaces what is " +
      'lost. `connect()` rejects with "Connection is closed."; why is in the event `error`.',
    rule: "error => error.name !== 'ReplyError' || error.message.startsWith('READONLY')",
    errors: [
      {
        error: '`ReplyError`: WRONGTYPE, ERR and most others',
        when: 'the server refused the command',
        loan: 'keep',
        retry: NEVER,
      },
      {
        error: '`ReplyError`: EXECABORT',
        when: 'a command of the transaction was refused, so nothing was done',
        loan: 'keep',
        retry: NEVER,
      },
      {
        error: '`ReplyError`: LOADING, BUSY, TRYAGAIN, OOM',
        when: 'the server cannot at the moment',
        loan: 'keep',
        retry: 'later: nothing was done',
      },
      {
        error: '`ReplyError`: READONLY',
        when: 'this server has become a replica',
        loan: 'destroy',
        retry: 'yes, on a client of the new primary: nothing was done',
      },
      {
        error: 'Connection is closed.',
        when: 'the connection was lost, also before the command',
        loan: 'destroy',
        retry: IDEMPOTENT,
      },
      {
        error: 'Command timed out',
        when: '`commandTimeout`: the next command would wait for the end of this one',
        loan: 'destroy',
        retry: IDEMPOTENT,
      },
      {
        error: "Stream isn't writeable and enableOfflineQueue options is false",
        when: 'the connection was lost, or closed, before the command',
        loan: 'destroy',
        retry: AT_ONCE,
      },
      {
        error: '`MaxRetriesPerRequestError`',
        when: 'a client that connects anew by itself has given up',
        loan: 'destroy',
        retry: IDEMPOTENT,
      },
      {
        error: '`ECONNREFUSED`, `ETIMEDOUT`',
        when: 'no server, as the event `error` tells',
        loan: 'none',
        retry: LATER,
      },
    ],
  },
  undici: {
    title: 'undici',
    about:
      'A `Client` is made without a connection and makes a new one whenever it needs it, so it is kept after nearly ' +
      'everything, and `create` does not fail. A status such as 503 is no error. Read the body, or `body.dump()` it, before ' +
      'the loan ends.',
    rule: 'error => error instanceof errors.ClientDestroyedError || error instanceof errors.ClientClosedError',
    errors: [
      {
        error: '`ECONNREFUSED`, `ENOTFOUND`, `UND_ERR_CONNECT_TIMEOUT`',
        when: 'no server',
        loan: 'keep',
        retry: 'later: it was never sent',
      },
      {
        error: '`UND_ERR_SOCKET`, `ECONNRESET`, `EPIPE`',
        when: 'the connection was lost, before or within the answer',
        loan: 'keep',
        retry: IDEMPOTENT,
      },
      {
        error: '`UND_ERR_HEADERS_TIMEOUT`, `UND_ERR_BODY_TIMEOUT`',
        when: 'the answer took too long',
        loan: 'keep',
        retry: IDEMPOTENT,
      },
      {
        error: '`AbortError`, `TimeoutError`, or what else `signal.reason` was',
        when: "the request's own signal aborted",
        loan: 'keep',
        retry: NEVER,
      },
      {
        error: '`UND_ERR_DESTROYED`, `UND_ERR_CLOSED`',
        when: 'somebody has closed the client',
        loan: 'destroy',
        retry: AT_ONCE,
      },
    ],
  },
  fetch: {
    title: 'fetch',
    about:
      'fetch has no client of its own: what is on loan is the `dispatcher` that it is given, an undici `Client` for example. ' +
      'Its errors are a `TypeError` with the reason in `cause`. Use `fetch` and `Client` of the same undici.',
    rule: "error => ['UND_ERR_DESTROYED', 'UND_ERR_CLOSED'].includes(error.cause?.code)",
    errors: [
      {
        error: 'fetch failed, `cause.code` `ECONNREFUSED`, `ENOTFOUND`, `UND_ERR_CONNECT_TIMEOUT`',
        when: 'no server',
        loan: 'keep',
        retry: 'later: it was never sent',
      },
      {
        error: 'fetch failed, `cause.code` `UND_ERR_SOCKET`, `UND_ERR_HEADERS_TIMEOUT`',
        when: 'lost or too slow before the answer began',
        loan: 'keep',
        retry: IDEMPOTENT,
      },
      {
        error: 'terminated, `cause.code` `UND_ERR_SOCKET`, `UND_ERR_BODY_TIMEOUT`',
        when: 'lost or too slow within the body',
        loan: 'keep',
        retry: IDEMPOTENT,
      },
      {
        error: '`AbortError`, `TimeoutError`, or what else `signal.reason` was',
        when: "the request's own signal aborted",
        loan: 'keep',
        retry: NEVER,
      },
      {
        error: 'fetch failed, `cause.code` `UND_ERR_DESTROYED`, `UND_ERR_CLOSED`',
        when: 'somebody has closed the client',
        loan: 'destroy',
        retry: AT_ONCE,
      },
      {
        error: 'no error: `response.ok` is false',
        when: 'the server answered with a status from 400',
        loan: 'keep',
        retry: '429 and 503 after `retry-after`, others not',
      },
    ],
  },
}
