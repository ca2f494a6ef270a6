/**
 * Every error code of the project, once: what it means, when it is thrown and what to do about it.
 * `docs/errors.md` is rendered from this table by `packages/core/scripts/generate-errors.ts`.
 *
 * A code is a promise: once published it never changes its meaning, and nobody has to parse a message.
 */

/** The stable `code` of an error of ours: `ERR_<AREA>_<WHAT>`. */
export type ErrorCode =
  | 'ERR_CONFIG'
  | 'ERR_LEASE_RELEASED'
  | 'ERR_LEASE_LEAKED'
  | 'ERR_CLEANUP_FAILED'
  | 'ERR_CLEANUP_TIMEOUT'
  | 'ERR_SCOPE_CLOSED'
  | 'ERR_POOL_TIMEOUT'
  | 'ERR_POOL_QUEUE_FULL'
  | 'ERR_POOL_DRAINING'
  | 'ERR_POOL_BREAKER_OPEN'
  | 'ERR_POOL_NOT_OWNED'
  | 'ERR_CACHE_CLOSED'
  | 'ERR_CACHE_LOAD_TIMEOUT'
  | 'ERR_MMAP_RANGE'
  | 'ERR_MMAP_CLOSED'
  | 'ERR_MMAP_TRUNCATED'
  | 'ERR_MMAP_BUSY'
  | 'ERR_MMAP_READ_ONLY'
  | 'ERR_MMAP_UNSUPPORTED'
  | 'ERR_MMAP_NO_SPACE'
  | 'ERR_MMAP_TOO_LARGE'
  | 'ERR_MMAP_HANDLE'
  | 'ERR_MMAP_OPEN'
  | 'ERR_TELEMETRY_LISTEN'

/** What an error belongs to; a section of the reference. */
export type ErrorArea = 'options' | 'lease' | 'cleanup' | 'scope' | 'pool' | 'cache' | 'mmap' | 'telemetry'

/** The class that carries a code. Subclasses exist only where the fields are worth a type. */
export type ErrorClassName =
  'LeaseholdError' | 'ConfigError' | 'CleanupError' | 'PoolError' | 'CacheError' | 'MmapError'

/** One structured field of an error, besides `name`, `message`, `code` and `cause`, which all have. */
export interface ErrorField {
  readonly name: string
  /** Its TypeScript type, as it reads in the reference. */
  readonly type: string
  readonly description: string
}

/** What the reference says of one code. */
export interface ErrorCodeEntry {
  readonly className: ErrorClassName
  readonly area: ErrorArea
  /** Who throws it. */
  readonly thrownBy:
    | 'every package'
    | '@leasehold/core'
    | '@leasehold/pool'
    | '@leasehold/cache'
    | '@leasehold/mmap'
    | '@leasehold/leak-detector'
    | '@leasehold/otel-exporter'
  /** The calls that throw it or reject with it, and the circumstances. */
  readonly when: string
  /** What `cause` holds, where there is one. */
  readonly cause?: string
  /** What the caller can do. */
  readonly remedy: string
  readonly fields: readonly ErrorField[]
  /** One message as it is really worded. */
  readonly example?: string
}

const leaseFields: readonly ErrorField[] = [
  { name: 'kind', type: 'string', description: "the lease's kind: what was held" },
  { name: 'leaseName', type: 'string', description: "the lease's `name`: whose it was" },
  { name: 'id', type: 'number', description: "the lease's number in its registry" },
]

const cleanupFields: readonly ErrorField[] = [
  ...leaseFields,
  {
    name: 'strategy',
    type: "'immediate' | 'background' | 'forced'",
    description: 'how the cleanup was to be run',
  },
  { name: 'attempts', type: 'number', description: 'how often the cleanup was called, retries included' },
  {
    name: 'elapsedMillis',
    type: 'number',
    description: "from the cleanup's start until the outcome was known",
  },
]

const poolFields: readonly ErrorField[] = [
  { name: 'pool', type: 'string', description: "the pool's `name`" },
  { name: 'status', type: 'PoolStatus', description: 'what `pool.status()` was at that moment' },
]

const cacheFields: readonly ErrorField[] = [
  { name: 'cache', type: 'string', description: "the cache's `name`" },
]

const mmapFields: readonly ErrorField[] = [
  { name: 'mapping', type: 'string', description: "the mapping's `name`" },
  {
    name: 'path',
    type: 'string | undefined',
    description: 'the path as it was given; none of an attached mapping',
  },
  {
    name: 'offset',
    type: 'unknown',
    description: 'where it was to be read or written, as it came; if anywhere',
  },
  { name: 'length', type: 'unknown', description: 'how many bytes, as it came; if any' },
  { name: 'size', type: 'number | undefined', description: "the mapping's size in bytes, once it is known" },
]

/** The table, in the order of the reference. */
export const ERROR_CODES: Readonly<Record<ErrorCode, ErrorCodeEntry>> = {
  ERR_CONFIG: {
    className: 'ConfigError',
    area: 'options',
    thrownBy: 'every package',
    when:
      'An option or an argument is missing, unknown, of the wrong type or out of its range. ' +
      'Thrown synchronously by the call that was given it, before anything is acquired or changed.',
    remedy:
      'Correct the option. The message names its owner, the option, what was expected and what came; ' +
      'for an unknown option it suggests the nearest known name.',
    fields: [
      {
        name: 'owner',
        type: 'string',
        description: 'who was being configured, such as `registry` or `pool "orders"`',
      },
      {
        name: 'option',
        type: 'string',
        description: 'the option, with dots where it is nested: `telemetry.slowMillis`',
      },
      { name: 'expected', type: 'string', description: 'what would have been accepted, in words' },
      { name: 'received', type: 'unknown', description: 'what came, as it was' },
    ],
    example: 'pool "orders": max must be an integer >= 1, got -3',
  },
  ERR_LEASE_RELEASED: {
    className: 'LeaseholdError',
    area: 'lease',
    thrownBy: '@leasehold/core',
    when:
      '`lease.value` is read after `release()` was called on the lease, after its scope has ended, ' +
      'or after a drain took it back. A second `release()` is no error: it returns the first promise.',
    remedy:
      'Read the value only while the lease is held. A reference that outlives the lease is the usual cause: ' +
      'move the work inside the `await using` block, or release later.',
    fields: leaseFields,
  },
  ERR_LEASE_LEAKED: {
    className: 'LeaseholdError',
    area: 'lease',
    thrownBy: '@leasehold/leak-detector',
    when:
      'A test, or another function that was run by `withoutLeaks` or by the mocha plugin, had settled and a lease that ' +
      'was taken in it was still live 100 ms later.',
    remedy:
      'Release it on every path: the message has the stack of who took it. A lease that is meant to stay is taken ' +
      'outside of the test, or with `leakThresholdMillis: false`.',
    fields: [
      {
        name: 'leases',
        type: '{ id, kind, name, stack }[]',
        description: 'those that are live; `stack` of the acquisition',
      },
    ],
  },
  ERR_CLEANUP_FAILED: {
    className: 'CleanupError',
    area: 'cleanup',
    thrownBy: '@leasehold/core',
    when:
      'The cleanup of a lease threw or rejected, and no retry saved it. `release()` rejects with it under the ' +
      'strategies `immediate` and `forced`; under `background` it is counted and reported in the event `cleanup` ' +
      'and in the report of a drain.',
    cause: 'what the cleanup threw or rejected with, unchanged',
    remedy:
      'Look at `cause`. Where calling the cleanup twice does no harm, declare `retry: { idempotent: true }` ' +
      'and passing failures are retried.',
    fields: cleanupFields,
  },
  ERR_CLEANUP_TIMEOUT: {
    className: 'CleanupError',
    area: 'cleanup',
    thrownBy: '@leasehold/core',
    when:
      'The cleanup of a lease had not settled when its time-out (`timeoutMillis`, 5 s) was over. Its signal was ' +
      'aborted; had it not settled by the end of the grace either, `force` was called where there is one, ' +
      'else the cleanup was quarantined. Also for a cleanup that a drain forced at its own deadline.',
    remedy:
      'Make the cleanup heed the signal that it is given, give the lease a synchronous `force`, ' +
      'or raise `timeoutMillis` where the resource is known to be slow.',
    fields: cleanupFields,
  },
  ERR_SCOPE_CLOSED: {
    className: 'LeaseholdError',
    area: 'scope',
    thrownBy: '@leasehold/core',
    when:
      '`scope.track`, `scope.add` or `scope.defer` is called after the function given to `withScope` has settled: ' +
      'nobody would be left to clean up.',
    remedy:
      'Await everything that uses the scope before the function returns. A promise started inside and not awaited ' +
      'is the usual cause.',
    fields: [],
  },
  ERR_POOL_TIMEOUT: {
    className: 'PoolError',
    area: 'pool',
    thrownBy: '@leasehold/pool',
    when:
      'Something took longer than it may. `pool.acquire` rejects with it when its deadline has come; the phase says ' +
      'what it was waiting for then: a resource to come free (`wait`), its own `create` or `validate`. A factory ' +
      "function that exceeds its own time-out fails with it too: `create` as that caller's error, the others as " +
      'the `error` of an event or the `cause` of a `CleanupError`.',
    cause: 'in the phase `wait`, what the latest `create` failed with, if none has succeeded since',
    remedy:
      'Look at `phase` and `status`. `wait` with all resources borrowed: loans are held too long or leak, or `max` is ' +
      'too small. `create`, `validate`, `reset` or `destroy`: what the factory talks to is slow or gone.',
    fields: [
      ...poolFields,
      {
        name: 'phase',
        type: "'wait' | 'create' | 'validate' | 'reset' | 'destroy'",
        description: 'what took too long',
      },
      { name: 'elapsedMillis', type: 'number', description: 'how long it has taken so far' },
    ],
    example:
      'pool "orders-db": acquire timed out after 30000 ms waiting for a resource (10 of 10 borrowed, 0 idle, 0 creating, 41 waiting)',
  },
  ERR_POOL_QUEUE_FULL: {
    className: 'PoolError',
    area: 'pool',
    thrownBy: '@leasehold/pool',
    when: '`pool.acquire` would have to wait, and `maxWaitingClients` wait already.',
    remedy:
      'Shed the load: answer that the service is busy. Raise `maxWaitingClients` only if waiting is worth it.',
    fields: poolFields,
    example: 'pool "orders-db": 100 wait already, and maxWaitingClients is 100',
  },
  ERR_POOL_DRAINING: {
    className: 'PoolError',
    area: 'pool',
    thrownBy: '@leasehold/pool',
    when:
      '`pool.drain` was called: everyone who waits is told so at once, and so is every later `acquire`, `warmUp`, ' +
      '`resize` and `retain`.',
    remedy:
      'Stop taking work before the pool is drained. A drained pool is not to be used again: make a new one.',
    fields: poolFields,
    example: 'pool "orders-db" is draining',
  },
  ERR_POOL_BREAKER_OPEN: {
    className: 'PoolError',
    area: 'pool',
    thrownBy: '@leasehold/pool',
    when:
      'A new resource is needed, `create` has failed `breaker.threshold` times in a row, and there is no resource ' +
      'that could come back to be waited for.',
    cause: 'what the latest `create` failed with',
    remedy:
      'Fail fast, or try again after `retryAfterMillis`: then one `create` is let through, and decides for all.',
    fields: [
      ...poolFields,
      {
        name: 'retryAfterMillis',
        type: 'number',
        description: 'until the next `create` is let through; 0 if one is due',
      },
    ],
    example: 'pool "orders-db": create fails; the breaker lets the next one through in 10000 ms',
  },
  ERR_POOL_NOT_OWNED: {
    className: 'PoolError',
    area: 'pool',
    thrownBy: '@leasehold/pool',
    when:
      'In the entry `@leasehold/pool/generic-pool`: `release` or `destroy` is given something that is not borrowed ' +
      'from this pool, most often released a second time.',
    remedy:
      'Release each resource once, to the pool that it came from. Leases cannot be released wrongly: use them.',
    fields: poolFields,
    example: 'pool "orders-db": what was released is not borrowed from it',
  },
  ERR_CACHE_CLOSED: {
    className: 'CacheError',
    area: 'cache',
    thrownBy: '@leasehold/cache',
    when:
      '`cache.close` was called: `get`, `set` and `lease` throw it, `fetch` and `fetchLease` reject with it, those that ' +
      'wait for a load at that moment among them.',
    remedy:
      'Stop taking work before the cache is closed. A closed cache is not to be used again: make a new one.',
    fields: cacheFields,
    example: 'cache "thumbnails" is closed',
  },
  ERR_CACHE_LOAD_TIMEOUT: {
    className: 'CacheError',
    area: 'cache',
    thrownBy: '@leasehold/cache',
    when:
      'A `load`, its repetitions included, had not settled when `loadTimeoutMillis` was over. All that wait for it are ' +
      'told so, its signal is aborted, and what it still answers is not let in.',
    cause: 'what the latest attempt failed with, where there was one',
    remedy:
      'Look at what the load talks to; make it heed its signal. Raise `loadTimeoutMillis` where it is known to be slow.',
    fields: [
      ...cacheFields,
      { name: 'elapsedMillis', type: 'number', description: 'how long the load has taken so far' },
    ],
    example: 'cache "thumbnails": load timed out after 30000 ms',
  },
  ERR_MMAP_RANGE: {
    className: 'MmapError',
    area: 'mmap',
    thrownBy: '@leasehold/mmap',
    when: 'A place or a length is no integer, is negative, or lies beyond the mapping; or `mapFile` was given an offset or a length beyond the file. Nothing was read or written.',
    remedy: 'Compare with `size`. `readInto` gives a short count at the end instead.',
    fields: mmapFields,
    example: 'mapping "data.bin": u32 at 98 needs 4 bytes, and the mapping has 100',
  },
  ERR_MMAP_CLOSED: {
    className: 'MmapError',
    area: 'mmap',
    thrownBy: '@leasehold/mmap',
    when: 'The mapping was closed, by `close`, the end of its block, its scope or a drain of its registry.',
    remedy: 'Use it only while it is open; a reference that outlives the block is the usual cause.',
    fields: mmapFields,
    example: 'mapping "data.bin" is closed',
  },
  ERR_MMAP_TRUNCATED: {
    className: 'MmapError',
    area: 'mmap',
    thrownBy: '@leasehold/mmap',
    when: 'The file became shorter than the mapping, and something that is gone was to be read or written. The mapping stays unusable.',
    remedy:
      'Close it and map the file anew. Whoever shortens the file should write a new one and rename it instead.',
    fields: mmapFields,
    example: 'mapping "data.bin": its file was truncated; close it and map the file anew',
  },
  ERR_MMAP_BUSY: {
    className: 'MmapError',
    area: 'mmap',
    thrownBy: '@leasehold/mmap',
    when: '`close` or `resize` is called while views of the mapping are held, or `resize` while another thread shares it. Nothing was changed.',
    remedy: 'Release the views first; end the shares of other threads before a resize.',
    fields: mmapFields,
    example: 'mapping "data.bin": 1 view is held; release it before close',
  },
  ERR_MMAP_READ_ONLY: {
    className: 'MmapError',
    area: 'mmap',
    thrownBy: '@leasehold/mmap',
    when: 'Something was to be written to a mapping that was opened with access `ro`, or `resize` was called on another than `rw`.',
    remedy: "Open it with access `rw`, or `cow` for changes of one's own.",
    fields: mmapFields,
    example: "mapping \"data.bin\" was opened with access 'ro'; setU32 needs 'rw' or 'cow'",
  },
  ERR_MMAP_UNSUPPORTED: {
    className: 'MmapError',
    area: 'mmap',
    thrownBy: '@leasehold/mmap',
    when: 'The path is no regular file; or the file cannot be mapped and `fallback` is `never`; or what was called needs mapped pages, and the file is read and written instead.',
    cause: "the system's error, where there is one",
    remedy: 'Map regular files. Allow the fallback, or do without views and handles.',
    fields: mmapFields,
    example: 'mapping "null": /dev/null is not a regular file',
  },
  ERR_MMAP_NO_SPACE: {
    className: 'MmapError',
    area: 'mmap',
    thrownBy: '@leasehold/mmap',
    when: 'The device had no space for what was written, most often to a hole of a sparse file; or the device failed, or the file was cut and had grown again when that was looked into. The mapping stays unusable.',
    cause: "the system's error, on the file back end",
    remedy:
      'Make room, close the mapping and map the file anew; what was written since the last flush may be lost.',
    fields: mmapFields,
    example:
      'mapping "data.bin": no space left for a page that was written, or its file was cut and has grown again',
  },
  ERR_MMAP_TOO_LARGE: {
    className: 'MmapError',
    area: 'mmap',
    thrownBy: '@leasehold/mmap',
    when: '`slice` or `string` is asked for more than one array or string can hold, or the file for more than the address space.',
    remedy: 'Read it in parts.',
    fields: mmapFields,
    example: 'mapping "data.bin": a string of 536870889 bytes is longer than strings can be (536870888)',
  },
  ERR_MMAP_HANDLE: {
    className: 'MmapError',
    area: 'mmap',
    thrownBy: '@leasehold/mmap',
    when: '`attachMapping` is given something that is not a handle of this process, or one whose mapping has been closed by all threads.',
    remedy: 'Keep the mapping open until the other thread has attached it.',
    fields: mmapFields,
    example: 'attachMapping: no open mapping of this process has this handle',
  },
  ERR_MMAP_OPEN: {
    className: 'MmapError',
    area: 'mmap',
    thrownBy: '@leasehold/mmap',
    when: 'The file could not be opened, read or mapped: it does not exist, there is no permission, too many files are open.',
    cause: "the system's error, with its own `code` such as `ENOENT`",
    remedy: 'Look at `cause.code`.',
    fields: mmapFields,
    example: 'mapping "none.bin": none.bin cannot be opened: ENOENT, no such file or directory',
  },
  ERR_TELEMETRY_LISTEN: {
    className: 'LeaseholdError',
    area: 'telemetry',
    thrownBy: '@leasehold/otel-exporter',
    when:
      "The server for Prometheus' scrapes could not listen: the port is in use, may not be bound, " +
      'or the host is not one of this machine.',
    cause: "the system's error, with its own `code` such as `EADDRINUSE`",
    remedy: 'Choose another port (0 lets the system choose), or stop the program that holds it.',
    fields: [
      { name: 'host', type: 'string', description: 'the address that was to be bound' },
      { name: 'port', type: 'number', description: 'the port that was to be bound' },
    ],
  },
}
